use super::problem::Problem;
use axum::extract::{FromRequestParts, Path as Segments};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

/// The names in the path of a request; what cannot be read is a problem like any other.
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Segments::from_request_parts(parts, state).await {
            Ok(Segments(names)) => Ok(Path(names)),
            Err(error) => Err(Problem::invalid("path", error.body_text())),
        }
    }
}

use super::ContextName;
use crate::schema::Rest;
use lineside_wire::Private;

/// The messages by which an association begins and ends (X.227, as CSTA links use it).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acse {
    /// AARQ: an application wants in.
    Request(AssociationRequest),
    /// AARE: what became of that.
    Response(AssociationResponse),
    /// RLRQ: the association is to end.
    ReleaseRequest,
    /// RLRE: it ends.
    ReleaseResponse,
    /// ABRT: it is over. 0: by the application, 1: by the provider.
    Abort(i64),
}

/// An application wants in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssociationRequest {
    /// What the association is for.
    pub context_name: ContextName,
    /// Who it says that it is, and what proves it.
    pub credentials: Option<(String, Private<String>)>,
    /// The versions of CSTA that it speaks: bit 0, the lowest, is `versionOne` (ECMA-285, `CSTAVersion`).
    pub versions: u64,
    /// What else it says, as it came.
    pub rest: Rest,
}

/// What became of a request for an association.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssociationResponse {
    /// What the association is for.
    pub context_name: ContextName,
    /// 0 accepted, 1 rejected for good, 2 rejected for now.
    pub result: i64,
    /// Why, as the service user (1) or the provider (2) says: source and code.
    pub diagnostic: Option<(u32, i64)>,
    /// The version of CSTA that is spoken.
    pub versions: u64,
    /// The time that the switch tells, as text.
    pub aps_stamp: Option<String>,
    /// What the switch says that it is.
    pub system_version: Option<String>,
    /// What else it says, as it came.
    pub rest: Rest,
}

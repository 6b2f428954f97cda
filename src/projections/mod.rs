//! Further folds of the stream, one folder each. Each has a task of its own that reads the log and then subscribes like any client:
//! it never delays the stream, and where it is cut it resumes.

pub(crate) mod statistics;

//! The session that an application has with a server: ECMA-354, XML only.

use super::{ApplicationSpecificInfo, Opaque};
use crate::schema::{Octets, choice, enumeration, list, sequence};

sequence! {
    /// An application asks for a session (ECMA-354, Start Application Session).
    StartApplicationSession {
        /// Who it is.
        application_info: ApplicationInfo = "applicationInfo";
        /// Which editions of ECMA-323 it can do, by their namespaces, the preferred one first.
        requested_protocol_versions: ProtocolVersions = "requestedProtocolVersions";
        /// For how long, in seconds.
        requested_session_duration: Option<i64> = "requestedSessionDuration";
        /// What the vendor adds.
        extensions: Option<Opaque> = "extensions";
    }
    /// Who an application is.
    ApplicationInfo {
        /// Its name.
        application_id: Option<String> = "applicationID";
        /// What the server wants to know besides: a user and a password, mostly.
        application_specific_info: Option<ApplicationSpecificInfo> = "applicationSpecificInfo";
    }
    /// The session begins.
    StartApplicationSessionPosResponse {
        /// Names the session.
        session_id: Octets = "sessionID";
        /// The edition of ECMA-323 that is used, by its namespace.
        actual_protocol_version: Option<String> = "actualProtocolVersion";
        /// How long the session lasts if it is not prolonged, in seconds.
        actual_session_duration: Option<i64> = "actualSessionDuration";
        /// What the vendor adds.
        extensions: Option<Opaque> = "extensions";
    }
    /// The session does not begin.
    StartApplicationSessionNegResponse {
        /// Why.
        error_code: StartSessionFailure = "errorCode";
        /// What the vendor adds.
        extensions: Option<Opaque> = "extensions";
    }
    /// An application prolongs its session (ECMA-354, Reset Application Session Timer).
    ResetApplicationSessionTimer {
        /// The session.
        session_id: Octets = "sessionID";
        /// For how long from now on, in seconds.
        requested_session_duration: Option<i64> = "requestedSessionDuration";
        /// What the vendor adds.
        extensions: Option<Opaque> = "extensions";
    }
    /// The session is prolonged.
    ResetApplicationSessionTimerPosResponse {
        /// How long it lasts from now on, in seconds.
        actual_session_duration: Option<i64> = "actualSessionDuration";
        /// What the vendor adds.
        extensions: Option<Opaque> = "extensions";
    }
    /// The session is not prolonged.
    ResetApplicationSessionTimerNegResponse {
        /// Why.
        error_code: ResetSessionFailure = "errorCode";
        /// What the vendor adds.
        extensions: Option<Opaque> = "extensions";
    }
    /// An application ends its session (ECMA-354, Stop Application Session).
    StopApplicationSession {
        /// The session.
        session_id: Octets = "sessionID";
        /// Why.
        session_end_reason: SessionEndReason = "sessionEndReason";
        /// What the vendor adds.
        extensions: Option<Opaque> = "extensions";
    }
    /// The session has ended.
    StopApplicationSessionPosResponse {
        /// What the vendor adds.
        extensions: Option<Opaque> = "extensions";
    }
    /// The session has not ended.
    StopApplicationSessionNegResponse {
        /// Why.
        error_code: StopSessionFailure = "errorCode";
        /// What the vendor adds.
        extensions: Option<Opaque> = "extensions";
    }
    /// The server ends a session, and wants no answer (ECMA-354, Application Session Terminated).
    ApplicationSessionTerminated {
        /// The session.
        session_id: Octets = "sessionID";
        /// Why.
        session_term_reason: SessionTermReason = "sessionTermReason";
        /// What the vendor adds.
        extensions: Option<Opaque> = "extensions";
    }
}

list! {
    /// Editions of ECMA-323, by their namespaces.
    ProtocolVersions of String = "protocolVersion";
}

choice! {
    /// Why a session does not begin.
    StartSessionFailure {
        /// For a reason of the standard.
        Defined(StartSessionError) = "definedError";
        /// For one of the server's own.
        Application(String) = "applError";
    }
    /// Why a session is not prolonged.
    ResetSessionFailure {
        /// For a reason of the standard.
        Defined(ResetSessionError) = "definedError";
        /// For one of the server's own.
        Application(String) = "applError";
    }
    /// Why a session is not ended.
    StopSessionFailure {
        /// For a reason of the standard.
        Defined(StopSessionError) = "definedError";
        /// For one of the server's own.
        Application(String) = "applError";
    }
    /// Why an application ends its session.
    SessionEndReason {
        /// For a reason of the standard.
        Defined(DefinedEndReason) = "definedEndReason";
        /// For one of its own.
        Application(String) = "appEndReason";
    }
    /// Why a server ends a session.
    SessionTermReason {
        /// For a reason of the standard.
        Defined(DefinedTermReason) = "definedTermReason";
        /// For one of its own.
        Server(String) = "serverTermReason";
    }
}

enumeration! {
    /// Why a session does not begin.
    StartSessionError {
        /// The user or the password, mostly.
        InvalidApplicationInfo = _ "invalidApplicationInfo",
        RequestedProtocolVersionNotSupported = _ "requestedProtocolVersionNotSupported",
        ServerResourcesBusy = _ "serverResourcesBusy",
        MaxNumberSessions = _ "maxNumberSessions",
    }
    /// Why a session is not prolonged.
    ResetSessionError {
        InvalidSessionId = _ "invalidSessionID",
        ServerCannotResetSessionTimer = _ "serverCannotResetSessionTimer",
    }
    /// Why a session is not ended.
    StopSessionError {
        InvalidSessionId = _ "invalidSessionID",
    }
    /// Why an application ends its session.
    DefinedEndReason {
        Normal = _ "normal",
    }
    /// Why a server ends a session.
    DefinedTermReason {
        ResourceLimitation = _ "resourceLimitation",
        SessionTimerExpired = _ "sessionTimerExpired",
    }
}

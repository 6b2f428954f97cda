//! Which services can be asked for: those that the profile offers, as far as CSTA has a word for them, in this encoding.

use crate::model::{Service, Text};
use lineside_csta::{Encoding, Phase};

/// What a profile does not offer.
const NOT_OFFERED: &str = "the switch does not offer it, as its profile says (services)";
pub(super) const NO_WORD: &str = "CSTA has no service by which the bridge could ask for it";

/// Why a service cannot be asked for.
pub(super) fn why_not(service: Service, offered: &[Service], encoding: &Encoding) -> Option<Text> {
    if !offered.contains(&service) {
        return Some(Text::from(NOT_OFFERED));
    }
    let Some(request) = request(service) else {
        return Some(Text::from(NO_WORD));
    };
    if encoding.has(request) {
        return None;
    }
    let phase = match encoding {
        Encoding::Ber(Phase::I) => "CSTA Phase I, which this switch speaks",
        Encoding::Ber(Phase::II) => "CSTA Phase II, which this switch speaks",
        _ => "the encoding of this switch",
    };
    Some(Text::from(format!("{phase}, has no request {request}")))
}

/// The request by which a service is asked for.
const fn request(service: Service) -> Option<&'static str> {
    use Service as S;
    Some(match service {
        S::MakeCall => "MakeCall",
        S::AnswerCall => "AnswerCall",
        S::HoldCall => "HoldCall",
        S::RetrieveCall => "RetrieveCall",
        S::ClearConnection => "ClearConnection",
        S::ClearCall => "ClearCall",
        S::DeflectCall => "DeflectCall",
        S::SingleStepTransferCall => "SingleStepTransferCall",
        S::ConsultationCall => "ConsultationCall",
        S::TransferCall => "TransferCall",
        S::ConferenceCall => "ConferenceCall",
        S::AlternateCall => "AlternateCall",
        S::ReconnectCall => "ReconnectCall",
        S::SingleStepConferenceCall => "SingleStepConferenceCall",
        S::ParkCall => "ParkCall",
        S::DirectedPickupCall => "DirectedPickupCall",
        S::GroupPickupCall => "GroupPickupCall",
        S::GenerateDigits => "GenerateDigits",
        S::SetAgentState => "SetAgentState",
        S::SetDoNotDisturb => "SetDoNotDisturb",
        S::SetForwarding => "SetForwarding",
        S::Mute | S::Unmute | S::StartRecording | S::StopRecording | S::PauseRecording | S::ResumeRecording => {
            return None;
        }
    })
}

//! What is set at devices, and who sits there.
use super::snapshot::parts;
use crate::sim::csta::agents::Duty;
use crate::sim::csta::features::forwarding_type;
use crate::sim::csta::site::{Sort, When};
use crate::sim::csta::switch::Switch;
use crate::sim::csta::world::{Fault, refuse};
use lineside_csta::types::*;
use lineside_csta::{Octets, Request, Response};
use lineside_wire::Private;

impl Switch {
    fn device_of(&self, device: &DeviceId) -> Result<String, Fault> {
        self.world
            .known(device)
            .ok_or_else(|| refuse(OperationError::InvalidDeviceId))
    }

    pub(super) fn get_agent_state(&self, get: &GetAgentState) -> Result<Response, Fault> {
        let device = self.device_of(&get.device)?;
        let list = self.world.agents.get(&device).map(|agent| {
            let info = agent.groups.iter().map(|group| AgentInfo {
                acd_group: Some(self.world.device_id(group)),
                agent_state: state(agent.duty),
                ..AgentInfo::default()
            });
            AgentStateEntry {
                agent_id: Some(Private::new(Octets::from(agent.id.as_str()))),
                logged_on_state: true,
                agent_info: Some(AgentInfoList(info.collect())),
                ..AgentStateEntry::default()
            }
        });
        Ok(Response::GetAgentState(Box::new(GetAgentStateResponse {
            agent_state_list: AgentStateList(list.into_iter().collect()),
            ..GetAgentStateResponse::default()
        })))
    }

    fn group_of(&self, set: &SetAgentState) -> Result<Option<String>, Fault> {
        let group = set.group.as_ref().map(|group| self.world.meant(group));
        Ok(group.transpose()?.map(str::to_owned))
    }

    pub(super) fn set_agent_state(&mut self, set: &SetAgentState) -> Result<Response, Fault> {
        let device = self.device_of(&set.device)?;
        match set.requested_agent_state {
            ReqAgentState::LoggedOn => {
                let id = set.agent_id.as_ref().map_or_else(|| device.clone(), |id| id.text());
                let group = self.group_of(set)?;
                let first = || self.world.site.cast.get(&'Q').cloned();
                let group = group.or_else(first).unwrap_or_default();
                self.world.log_on(&device, &id, &group)?;
            }
            ReqAgentState::LoggedOff => {
                let group = self.group_of(set)?;
                self.world.log_off(&device, group.as_deref())?;
            }
            ReqAgentState::NotReady => self.world.takes_up(&device, Duty::NotReady)?,
            ReqAgentState::Ready => self.world.takes_up(&device, Duty::Ready)?,
            ReqAgentState::WorkingAfterCall => self.world.takes_up(&device, Duty::WorkingAfterCall)?,
            ReqAgentState::Other(_) => return Err(refuse(OperationError::InvalidAgentState)),
        }
        Ok(Response::SetAgentState(Box::default()))
    }

    pub(super) fn get_do_not_disturb(&self, get: &GetDoNotDisturb) -> Result<Response, Fault> {
        let device = self.device_of(&get.device)?;
        let on = self
            .world
            .site
            .devices
            .get(&device)
            .is_some_and(|device| device.do_not_disturb);
        Ok(Response::GetDoNotDisturb(Box::new(GetDoNotDisturbResponse {
            do_not_disturb_on: on,
            ..GetDoNotDisturbResponse::default()
        })))
    }

    pub(super) fn set_do_not_disturb(&mut self, set: &SetDoNotDisturb) -> Result<(), Fault> {
        let device = self.device_of(&set.device)?;
        self.world.set_do_not_disturb(&device, set.do_not_disturb_on);
        Ok(())
    }

    pub(super) fn get_forwarding(&self, get: &GetForwarding) -> Result<Response, Fault> {
        let device = self.device_of(&get.device)?;
        let set = self
            .world
            .site
            .devices
            .get(&device)
            .into_iter()
            .flat_map(|device| &device.forwarding);
        let list = set.map(|(when, to)| ForwardListItem {
            forwarding_type: Some(forwarding_type(*when)),
            forward_status: true,
            forward_dn: Some(self.world.device_id(to)),
            ..ForwardListItem::default()
        });
        Ok(Response::GetForwarding(Box::new(GetForwardingResponse {
            forwarding_list: ForwardList(list.collect()),
            ..GetForwardingResponse::default()
        })))
    }

    pub(super) fn set_forwarding(&mut self, set: &SetForwarding) -> Result<(), Fault> {
        let device = self.device_of(&set.device)?;
        let when = match set.forwarding_type {
            None | Some(ForwardingType::ForwardImmediate) => When::Always,
            Some(ForwardingType::ForwardBusy) => When::Busy,
            Some(ForwardingType::ForwardNoAns) => When::NoAnswer,
            Some(_) => return Err(refuse(OperationError::InvalidForwardingType)),
        };
        let to = set.forward_dn.as_ref().map(|to| self.world.meant(to));
        let to = to.transpose()?.map(str::to_owned);
        if set.activate_forward && to.is_none() {
            return Err(refuse(OperationError::InvalidForwardingDestination));
        }
        self.world
            .set_forwarding(&device, when, to.filter(|_| set.activate_forward));
        Ok(())
    }

    pub(super) fn get_message_waiting(&self, get: &GetMessageWaitingIndicator) -> Result<Response, Fault> {
        let device = self.device_of(&get.device)?;
        let on = self
            .world
            .site
            .devices
            .get(&device)
            .is_some_and(|device| device.message_waiting);
        Ok(Response::GetMessageWaitingIndicator(Box::new(
            GetMessageWaitingIndicatorResponse {
                message_waiting_on: on,
                ..GetMessageWaitingIndicatorResponse::default()
            },
        )))
    }

    pub(super) fn set_message_waiting(&mut self, set: &SetMessageWaitingIndicator) -> Result<(), Fault> {
        let device = self.device_of(&set.device)?;
        self.world.set_message_waiting(&device, set.message_waiting_on);
        Ok(())
    }

    /// The devices of the site, in parts behind the response.
    pub(super) fn devices(&mut self) -> Response {
        const USUAL: usize = 8;
        let name = self.cross_ref();
        let devices = self.world.site.devices.iter();
        let list: Vec<DeviceInfo> = devices
            .map(|(number, device)| DeviceInfo {
                device_id: self.world.device_id(number),
                device_category: Some(category(device.sort)),
                device_attributes: attributes(device.sort),
                ..DeviceInfo::default()
            })
            .collect();
        for (number, part, last_segment) in parts(&list, self.world.quirks.segment.unwrap_or(USUAL)) {
            let devices = SwitchingFunctionDevices {
                service_cross_ref_id: name.clone(),
                segment_id: Some(number),
                last_segment,
                device_list: DeviceInfoList(part),
                ..SwitchingFunctionDevices::default()
            };
            self.behind.push(Request::SwitchingFunctionDevices(Box::new(devices)));
        }
        Response::GetSwitchingFunctionDevices(Box::new(GetSwitchingFunctionDevicesResponse {
            service_cross_ref_id: name,
            ..GetSwitchingFunctionDevicesResponse::default()
        }))
    }
}

const fn state(duty: Duty) -> AgentState {
    match duty {
        Duty::NotReady => AgentState::AgentNotReady,
        Duty::Ready => AgentState::AgentReady,
        Duty::Busy => AgentState::AgentBusy,
        Duty::WorkingAfterCall => AgentState::AgentWorkingAfterCall,
    }
}

const fn category(sort: Sort) -> DeviceCategory {
    match sort {
        Sort::Station => DeviceCategory::Station,
        Sort::Trunk => DeviceCategory::NetworkInterface,
        Sort::Queue | Sort::Group => DeviceCategory::Group,
        Sort::Slot => DeviceCategory::Park,
        Sort::VoiceUnit => DeviceCategory::VoiceUnit,
        Sort::Route => DeviceCategory::RouteingDevice,
    }
}

fn attributes(sort: Sort) -> Option<DeviceAttributes> {
    match sort {
        Sort::Queue => Some(DeviceAttributes::GROUP_ACD),
        Sort::Group => Some(DeviceAttributes::GROUP_HUNT),
        _ => None,
    }
}

//! What a network says of a call, and what it costs.

use crate::schema::{Octets, choice, enumeration, flags, list, sequence};

sequence! {
    /// What a call costs.
    ChargingInfo {
        /// How much.
        number_units: NumberUnits = "numberUnits";
        /// Up to when.
        type_of_charging_info: ChargingType = "typeOfChargingInfo";
    }
    /// Units of one sort.
    ChargingUnits {
        /// How many.
        charging_units: i64 = "chargingUnits";
        /// Which.
        type_of_units: Option<Octets> = "typeOfUnits";
    }
    /// An amount of money.
    CurrencyUnits {
        /// In what currency; empty: in the usual one.
        currency_type: Option<Octets> = "currencyType";
        /// How much, before it is multiplied.
        currency_amount: i64 = "currencyAmount";
        /// By what it is multiplied.
        currency_multiplier: CurrencyMultiplier = "currencyMultiplier";
    }
    /// What a network will tell of a call.
    NetworkCapability {
        /// Of what sort it is.
        network_type: NetworkType = "networkType";
        /// The events that follow.
        events_provided: Option<NetworkEvents> = "eventsProvided";
    }
}

choice! {
    /// How much a call costs.
    NumberUnits {
        /// In units.
        Units(ChargingUnitsList) = "numberOfChargeUnits".context(0);
        /// In money.
        Currency(CurrencyUnits) = "numberOfCurrencyUnits".context(1);
    }
}

list! {
    /// Units of each sort.
    ChargingUnitsList of ChargingUnits = "chargingUnitsRecord";
}

flags! {
    /// The events that a network tells.
    NetworkEvents {
        BRIDGED = 0 "bridged",
        CALL_CLEARED = 1 "callCleared",
        CONFERENCED = 2 "conferenced",
        CONNECTION_CLEARED = 3 "connectionCleared",
        DELIVERED = 4 "delivered",
        DIGITS_DIALED = 5 "digitsDialed",
        DIVERTED = 6 "diverted",
        ESTABLISHED = 7 "established",
        FAILED = 8 "failed",
        HELD = 9 "held",
        NETWORK_CAPABILITIES_CHANGE = 10 "networkCapabilitiesChange",
        NETWORK_REACHED = 11 "networkReached",
        OFFERED = 12 "offered",
        ORIGINATED = 13 "originated",
        QUEUED = 14 "queued",
        RETRIEVED = 15 "retrieved",
        SERVICE_INITIATED = 16 "serviceInitiated",
        TRANSFERRED = 17 "transferred",
    }
}

enumeration! {
    /// Up to when a cost is counted.
    ChargingType {
        /// Up to now.
        SubTotal = 0 "subTotal",
        /// For all of the call.
        Total = 1 "total",
    }
    /// By what an amount is multiplied.
    CurrencyMultiplier {
        OneThousandth = 0 "oneThousandth",
        OneHundredth = 1 "oneHundredth",
        OneTenth = 2 "oneTenth",
        One = 3 "one",
        Ten = 4 "ten",
        Hundred = 5 "hundred",
        Thousand = 6 "thousand",
    }
    /// The sort of a network.
    NetworkType {
        IsdnPublic = 0 "iSDNPublic",
        NonIsdnPublic = 1 "nonISDNPublic",
        IsdnPrivate = 2 "iSDNPrivate",
        NonIsdnPrivate = 3 "nonISDNPrivate",
        OtherSort = 4 "other",
    }
}

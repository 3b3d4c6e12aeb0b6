//! Connecting a device (RFC 8628).

use askama::Template;

use super::{Common, Page, Policy, Text, assets};

/// Asks for the code that the device shows. Posts `user_code`.
#[derive(Debug, Template)]
#[template(path = "device_code.html")]
pub struct DeviceCode {
    /// Whose page it is.
    pub common: Common,
    /// What is known of the code.
    pub user_code: String,
    /// Why the last try failed.
    pub error: Option<Text>,
}

impl DeviceCode {
    fn heading(&self) -> String {
        self.common.t("device-title")
    }
}

/// Asks whether the device shows this code, so that nobody connects another's (RFC 8628 section 5.4). Posts `decision`:
/// `allow` or `deny`.
#[derive(Debug, Template)]
#[template(path = "device_confirm.html")]
pub struct DeviceConfirm {
    /// Whose page it is.
    pub common: Common,
    /// The client's name.
    pub client_name: String,
    /// The code.
    pub user_code: String,
}

impl DeviceConfirm {
    fn heading(&self) -> String {
        self.common.tv("device-confirm-title", "client", &self.client_name)
    }
}

impl Page for DeviceCode {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

impl Page for DeviceConfirm {
    fn policy(&self) -> Policy {
        self.common.policy()
    }
}

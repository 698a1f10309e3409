//! Keys: read from the environment, sent, and never shown.

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue as Value};

use super::super::BackendError;
use super::settings::{Endpoint, HeaderValue};
use crate::secret::Keys;

/// The headers of each request, and what must not appear in any text.
pub(super) struct Secrets {
    headers: HeaderMap,
    keys: Keys,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({} headers)", self.headers.len())
    }
}

impl Secrets {
    /// Reads the keys that `endpoint` names by way of `environment`, a look-up of a variable.
    pub(super) fn read(
        endpoint: &Endpoint,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, BackendError> {
        let mut secrets = Self { headers: HeaderMap::new(), keys: Keys::default() };
        let missing = |variable: &str, empty| BackendError::MissingKey { variable: variable.to_owned(), empty };
        let look_up = |variable: &str| -> Result<String, BackendError> {
            let key = environment(variable).ok_or_else(|| missing(variable, false))?.trim().to_owned();
            if key.is_empty() { Err(missing(variable, true)) } else { Ok(key) }
        };
        if let Some(variable) = &endpoint.key_env {
            let key = look_up(variable)?;
            let mut value = Value::from_str(&format!("Bearer {key}")).map_err(|_| missing(variable, true))?;
            value.set_sensitive(true);
            secrets.headers.insert(AUTHORIZATION, value);
            secrets.keys.add(&key);
        }
        for header in &endpoint.headers {
            let setting = |found: String, expected: &str| BackendError::Setting {
                key: format!("headers.{}", header.name),
                found,
                expected: expected.to_owned(),
            };
            let name = HeaderName::from_bytes(header.name.as_bytes())
                .map_err(|_| setting("no name of a header".to_owned(), "letters, digits and `-`"))?;
            let value = match &header.value {
                HeaderValue::Text(text) => Value::from_str(text)
                    .map_err(|_| setting("a text with control characters".to_owned(), "a text of one line"))?,
                HeaderValue::Env(variable) => {
                    let key = look_up(variable)?;
                    let mut value = Value::from_str(&key).map_err(|_| missing(variable, true))?;
                    value.set_sensitive(true);
                    secrets.keys.add(&key);
                    value
                }
            };
            secrets.headers.insert(name, value);
        }
        Ok(secrets)
    }

    /// The headers of each request.
    pub(super) fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    /// `text` with every key in it struck out, however it is spelled: servers like to quote what they refuse.
    pub(super) fn strike_out(&self, text: &str) -> String {
        self.keys.strike_out(text)
    }
}

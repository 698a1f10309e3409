//! The addresses of a server, from what a user writes.

use reqwest::Url;

use super::super::BackendError;
use crate::secret::{masked, names_secret};

/// Where a server is.
#[derive(Clone, Debug)]
pub(super) struct Address {
    /// Up to and with `/v1` (or what the user has in its place), without a slash at its end.
    base: String,
    /// The same without `/v1`: where llama-server and Ollama have paths of their own.
    root: String,
    /// What follows each path, with its question mark (`?api-version=2024-10-21`); empty without.
    query: String,
    /// Whether the host is this machine.
    pub(super) local: bool,
    /// Whether the connection is encrypted.
    pub(super) encrypted: bool,
}

impl Address {
    /// Reads what a user wrote: with or without `/v1`, with or without the path of an operation.
    pub(super) fn of(url: &str) -> Result<Self, BackendError> {
        let fault = |found: String, expected: &str| BackendError::Setting {
            key: "url".to_owned(),
            found,
            expected: expected.to_owned(),
        };
        let expected = "an address such as `http://localhost:8080/v1`";
        let parsed = Url::parse(url.trim()).map_err(|error| fault(format!("`{}` ({error})", masked(url)), expected))?;
        if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none() {
            return Err(fault(format!("`{}`", masked(url)), expected));
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            // The address itself is not shown: it holds a secret.
            return Err(fault(
                "an address with a name or password in it".to_owned(),
                "the key in the environment, named by `key-env`",
            ));
        }
        if parsed.fragment().is_some() {
            return Err(fault(format!("`{}` with a `#`", parsed.path()), expected));
        }
        // Azure wants the version of its protocol there; a key there would be written down with the address.
        if let Some((name, _)) = parsed.query_pairs().find(|(name, _)| names_secret(name)) {
            return Err(fault(
                format!("an address with `{name}` in its query"),
                "the key in the environment, named by `key-env`",
            ));
        }
        let query =
            parsed.query().filter(|query| !query.is_empty()).map_or_else(String::new, |query| format!("?{query}"));
        let host = parsed.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let local = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        let encrypted = parsed.scheme() == "https";
        let origin = parsed.origin().ascii_serialization();
        let path = parsed.path().trim_end_matches('/');
        let path = path.strip_suffix("/chat/completions").or_else(|| path.strip_suffix("/completions")).unwrap_or(path);
        let path = if path.is_empty() { "/v1" } else { path };
        let root = path.strip_suffix("/v1").unwrap_or(path);
        Ok(Self { base: format!("{origin}{path}"), root: format!("{origin}{root}"), query, local, encrypted })
    }

    /// The address of an operation of the protocol, such as `/chat/completions`.
    pub(super) fn of_protocol(&self, path: &str) -> String {
        format!("{}{path}{}", self.base, self.query)
    }

    /// The address of an operation of the server's own, such as `/props`.
    pub(super) fn of_server(&self, path: &str) -> String {
        format!("{}{path}", self.root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_in_the_query_is_sent_with_each_path_and_a_key_there_is_refused() {
        let azure = Address::of("https://me.openai.azure.example/openai/deployments/m?api-version=2024-10-21").unwrap();
        let expected = "https://me.openai.azure.example/openai/deployments/m/chat/completions?api-version=2024-10-21";
        assert_eq!(azure.of_protocol("/chat/completions"), expected);
        for written in
            ["http://h/v1?key=1", "http://h/v1?api-key=1", "http://h/v1?apikey=1", "http://h/v1?access_token=1"]
        {
            let told = Address::of(written).unwrap_err().to_string();
            assert!(told.contains("key-env") && !told.contains("=1"), "{told}");
        }
    }

    #[test]
    fn what_users_write_comes_to_the_same_address() {
        for written in [
            "http://localhost:8080",
            "http://localhost:8080/",
            " http://localhost:8080/v1 ",
            "http://localhost:8080/v1/",
            "http://localhost:8080/v1/chat/completions",
            "http://localhost:8080/v1/completions",
        ] {
            let address = Address::of(written).unwrap();
            assert_eq!(address.of_protocol("/models"), "http://localhost:8080/v1/models", "{written}");
            assert_eq!(address.of_server("/props"), "http://localhost:8080/props", "{written}");
            assert!(address.local && !address.encrypted);
        }
        let hosted = Address::of("https://host.example/api/openai/v1").unwrap();
        assert_eq!(hosted.of_protocol("/models"), "https://host.example/api/openai/v1/models");
        assert_eq!(hosted.of_server("/props"), "https://host.example/api/openai/props");
        assert!(!hosted.local && hosted.encrypted);
        let other = Address::of("https://host.example/inference").unwrap();
        assert_eq!(other.of_protocol("/models"), "https://host.example/inference/models");
        assert!(Address::of("http://[::1]:9/v1").unwrap().local);
    }

    #[test]
    fn what_is_no_address_is_told() {
        for written in ["", "localhost:8080", "ftp://localhost/v1", "http://", "http://h/v1?key=1"] {
            let told = Address::of(written).unwrap_err().to_string();
            assert!(told.starts_with("`url` is "), "{written}: {told}");
        }
        let told = Address::of("https://me:hush@host/v1").unwrap_err().to_string();
        assert!(!told.contains("hush") && told.contains("key-env"), "{told}");
    }
}

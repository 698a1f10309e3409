//! The body of an answer, unpacked where a server compresses it although nobody asked for that.

use std::io::Write;

use flate2::write::{GzDecoder, ZlibDecoder};
use reqwest::header::{CONTENT_ENCODING, HeaderMap};
use reqwest::{Response, StatusCode, Url};

use super::request_error::{RequestError, Transient};

/// An answer of which the body has not been read.
pub(super) struct Body {
    response: Response,
    packing: Packing,
}

/// How a body is packed.
enum Packing {
    /// Not at all.
    Plain,
    Gzip(GzDecoder<Vec<u8>>),
    Deflate(ZlibDecoder<Vec<u8>>),
    /// In a way that cannot be unpacked here.
    Unknown(String),
}

impl Body {
    /// The body of `response`, packed as its head says.
    pub(super) fn of(response: Response) -> Self {
        let told = response.headers().get(CONTENT_ENCODING).and_then(|name| name.to_str().ok()).unwrap_or_default();
        let packing = match told.trim().to_ascii_lowercase().as_str() {
            "" | "identity" => Packing::Plain,
            "gzip" | "x-gzip" => Packing::Gzip(GzDecoder::new(Vec::new())),
            "deflate" => Packing::Deflate(ZlibDecoder::new(Vec::new())),
            other => Packing::Unknown(super::request_error::short(other)),
        };
        Self { response, packing }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    pub(super) fn url(&self) -> &Url {
        self.response.url()
    }

    /// The next bytes as they were sent; none at the end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Vec<u8>>, reqwest::Error> {
        Ok(self.response.chunk().await?.map(|bytes| bytes.to_vec()))
    }

    /// What these bytes hold; none at the end. Bytes that only begin a packed block hold nothing yet.
    pub(super) fn unpack(&mut self, bytes: Option<&[u8]>, most: usize) -> Result<Option<Vec<u8>>, RequestError> {
        let broken =
            |error: std::io::Error| Transient::malformed(format!("a packed answer that cannot be unpacked: {error}"));
        let found = match (&mut self.packing, bytes) {
            (Packing::Plain, bytes) => return Ok(bytes.map(<[u8]>::to_vec)),
            (Packing::Unknown(how), _) => {
                return Err(Transient::malformed(format!(
                    "an answer packed as `{how}`, although nothing was asked to be"
                )));
            }
            (Packing::Gzip(decoder), Some(bytes)) => {
                decoder.write_all(bytes).map_err(broken)?;
                std::mem::take(decoder.get_mut())
            }
            (Packing::Gzip(decoder), None) => {
                decoder.try_finish().map_err(broken)?;
                std::mem::take(decoder.get_mut())
            }
            (Packing::Deflate(decoder), Some(bytes)) => {
                decoder.write_all(bytes).map_err(broken)?;
                std::mem::take(decoder.get_mut())
            }
            (Packing::Deflate(decoder), None) => {
                decoder.try_finish().map_err(broken)?;
                std::mem::take(decoder.get_mut())
            }
        };
        // A few bytes may hold gigabytes of the same letter.
        if found.len() > most {
            return Err(too_large(most));
        }
        if bytes.is_none() && found.is_empty() { Ok(None) } else { Ok(Some(found)) }
    }
}

/// An answer that is larger than the limit; it would be so again.
pub(super) fn too_large(most: usize) -> RequestError {
    let message = format!("the answer is larger than {most} bytes");
    RequestError::Transient(Transient {
        message,
        malformed: true,
        hopeless: true,
        billed: true,
        ..Transient::default()
    })
}

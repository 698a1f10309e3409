//! A server that can be asked.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::super::{BackendError, Expense, Flow, Question, Reply, Stop, UsageSummary};
use super::capabilities::{Needs, ServerCapabilities};
use super::secret::Secrets;
use super::settings::{ClientOptions, Endpoint};
use super::wire::Wire;
use super::{ask, handshake};

/// How long is waited for a list of models where nothing else is wanted.
const BRIEF: Duration = Duration::from_secs(10);
/// How often a handshake looks whether it was told to stop.
const LOOK: Duration = Duration::from_millis(50);

/// A model on a server, with its keys. Its keys are shown nowhere, not by `Debug` either.
#[derive(Debug)]
pub struct Server {
    endpoint: Endpoint,
    options: ClientOptions,
    secrets: Arc<Secrets>,
    used: Arc<Mutex<Expense>>,
}

impl Server {
    /// Checks the settings and reads the keys from the environment. Asks nothing.
    ///
    /// # Errors
    /// A setting that cannot be meant, or a key that is missing.
    pub fn open(endpoint: &Endpoint, options: &ClientOptions) -> Result<Self, BackendError> {
        Self::open_with(endpoint, options, &|variable| std::env::var(variable).ok())
    }

    /// The same with another look-up of variables than the environment of this process.
    ///
    /// # Errors
    /// A setting that cannot be meant, or a key that is missing.
    pub fn open_with(
        endpoint: &Endpoint,
        options: &ClientOptions,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, BackendError> {
        endpoint.check(options)?;
        let secrets = Arc::new(Secrets::read(endpoint, environment)?);
        Ok(Self { endpoint: endpoint.clone(), options: options.clone(), secrets, used: Arc::default() })
    }

    /// Asks for the list of models alone, which costs nothing; once, and for ten seconds at most.
    ///
    /// # Errors
    /// The server is not there, its certificate is not trusted, or it refuses the key.
    pub fn look(&self) -> Result<ServerCapabilities, BackendError> {
        let brief =
            ClientOptions { connect: BRIEF, first_byte: BRIEF, whole: BRIEF, retries: 0, ..self.options.clone() };
        let wire = Wire::new(&self.endpoint, &brief, &self.secrets, &self.used)?;
        let runtime = ask::runtime()?;
        let known = runtime.block_on(handshake::look(&wire));
        runtime.shutdown_background();
        known
    }

    /// Asks what has to be known before a study starts; a few requests of a few tokens. None where `stop` was pressed
    /// before the end.
    ///
    /// # Errors
    /// The server is not there, the path, the model or the key is wrong, or one small question got no answer.
    pub fn handshake(&self, needs: &Needs, stop: &Stop) -> Result<Option<ServerCapabilities>, BackendError> {
        let wire = self.wire()?;
        let runtime = ask::runtime()?;
        let known = runtime.block_on(async {
            tokio::select! {
                known = handshake::handshake(&wire, needs) => known.map(Some),
                () = pressed(stop) => Ok(None),
            }
        });
        runtime.shutdown_background();
        known
    }

    /// Asks `questions` and hands over each reply as it comes, in any order.
    ///
    /// Never more questions are taken from the iterator than there may be requests in flight. A question that is not
    /// handed over was not answered and may be asked again. After [`Flow::Stop`] and after the first press of `stop`
    /// the answers under way are still handed over; after the second press nothing is.
    ///
    /// # Errors
    /// What makes all further asking pointless; the answers under way were handed over.
    pub fn ask(
        &self,
        known: &ServerCapabilities,
        questions: &mut dyn Iterator<Item = (usize, Question)>,
        keep: &mut dyn FnMut(Reply) -> Flow,
        stop: &Stop,
    ) -> Result<UsageSummary, BackendError> {
        ask::ask(self.wire()?, known, questions, keep, stop)
    }

    /// What all requests so far have used, whatever came of them.
    #[must_use]
    pub fn used(&self) -> Expense {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wire(&self) -> Result<Wire, BackendError> {
        Wire::new(&self.endpoint, &self.options, &self.secrets, &self.used)
    }
}

/// Ends as soon as nothing more is to be asked.
async fn pressed(stop: &Stop) {
    while !stop.is_pressed() {
        tokio::time::sleep(LOOK).await;
    }
}

//! The secrets the site's own server signs its customers in with: added, listed by name, removed; never told again.

use edge_core::api::{Code, ErrorAnswer, SecretBody, SecretList, SecretMade, object};
use edge_core::intake::shorten;
use edge_core::settings::SecretError;
use edge_core::site::Settings;
use wire::codec::pack;
use worker::Response;

use super::{Deed, Site};
use crate::answer::{Fault, json_ok};
use crate::environment::random;

impl Site {
    /// Adds a secret in front of the others, all of which verify on: one that is given, or a new one, told this once.
    pub(super) fn add_secret(&self, deed: &Deed) -> Result<Response, Fault> {
        let body = if deed.body.is_empty() { &b"{}"[..] } else { &deed.body };
        let asked: SecretBody = object::read(body).map_err(|error| {
            let message = format!("the body is not what this address takes: {error}");
            refused(message, r#"send nothing for a new secret, or {"secret":"…"}"#)
        })?;
        let mut settings = self.settings()?.ok_or(Fault::NotFound)?;
        let (id, secret) = match asked.secret {
            Some(secret) => (settings.add_secret(secret).map_err(|error| told(&error))?, None),
            None => {
                let secret = Settings::secret_of(&random()?);
                (settings.add_secret(secret.clone()).map_err(|error| told(&error))?, Some(secret))
            }
        };
        self.keep_settings(&settings)?;
        self.note(deed, "identity_secret.added", &id)?;
        Ok(json_ok(&SecretMade { id, secret })?)
    }

    /// What names each secret.
    pub(super) fn list_secrets(&self) -> Result<Response, Fault> {
        let settings = self.settings()?.ok_or(Fault::NotFound)?;
        Ok(json_ok(&SecretList { secrets: settings.secret_names() })?)
    }

    /// Removes a secret: what it signed is believed no more, within seconds.
    pub(super) fn remove_secret(&self, id: &str, deed: &Deed) -> Result<Response, Fault> {
        let mut settings = self.settings()?.ok_or(Fault::NotFound)?;
        if !settings.remove_secret(id) {
            let next = "see which there are: GET /v1/sites/KEY/identity-secrets";
            return Err(Fault::NoSuch { what: format!("secret named `{}`", shorten(id)), next });
        }
        self.keep_settings(&settings)?;
        self.note(deed, "identity_secret.removed", id)?;
        self.list_secrets()
    }

    fn keep_settings(&self, settings: &Settings) -> Result<(), Fault> {
        self.create_tables()?;
        let statement = "UPDATE settings SET revision = revision + 1, settings = ? WHERE id = 1";
        Ok(self.database.run(statement, vec![pack(settings).into()])?)
    }
}

fn told(error: &SecretError) -> Fault {
    let (message, next) = error.explain();
    refused(message, next)
}

fn refused(message: String, next: &str) -> Fault {
    Fault::Unprocessable(ErrorAnswer::new(Code::BadSecret, message, next))
}

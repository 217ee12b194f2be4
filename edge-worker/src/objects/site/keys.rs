//! The keys of the people who run a site: made, listed, removed.

use edge_core::api::routes::decoded;
use edge_core::api::{Code, ErrorAnswer, KeyAnswer, KeyBody, KeyList, KeyMade, object};
use edge_core::intake::{Refusal, shorten};
use edge_core::keys::{MAX_KEYS, SiteRole, StoredKey, digest_of, is_name, key_of};
use worker::{Response, Result};

use super::{Deed, Site};
use crate::answer::{Fault, json_ok};
use crate::environment::random;
use crate::objects::database::time;

impl Site {
    /// Makes a key and tells it, once.
    pub(super) fn make_key(&self, deed: &Deed) -> Result<Response, Fault> {
        let refused =
            |message: String, next: &str| Fault::Unprocessable(ErrorAnswer::new(Code::BadKey, message, next));
        let asked: KeyBody = object::read(&deed.body).map_err(|error| {
            refused(
                format!("the body is not what this address takes: {error}"),
                r#"send {"name":"ada","role":"marketer"}"#,
            )
        })?;
        if !is_name(&asked.name) {
            let next = "use letters, digits and - _ . @ only, at most 64, a letter or digit first and last; not operator";
            return Err(refused(format!("no key can be called `{}`", shorten(&asked.name)), next));
        }
        let Some(role) = SiteRole::named(&asked.role) else {
            let next = format!("write one of {}", SiteRole::NAMES.join(", "));
            return Err(refused(format!("`{}` is no role", shorten(&asked.role)), &next));
        };
        self.create_tables()?;
        let keys = self.keys()?;
        if keys.iter().any(|key| key.name == asked.name) {
            let next = "remove that key first, or take another name";
            return Err(refused("there is a key of that name".into(), next));
        }
        if keys.len() >= MAX_KEYS {
            let message = format!("this site has {MAX_KEYS} keys, the most there can be");
            return Err(refused(message, "remove one first"));
        }
        let key = key_of(&random()?);
        self.database.run(
            "INSERT INTO key (name, role, digest, created_ms) VALUES (?, ?, ?, ?)",
            vec![
                asked.name.as_str().into(),
                role.name().into(),
                digest_of(&key).as_str().into(),
                time(deed.now_ms),
            ],
        )?;
        self.touch()?;
        self.note(deed, "key.made", &format!("{}, {}", asked.name, role.name()))?;
        Ok(json_ok(&KeyMade { name: asked.name, role: role.name(), key })?)
    }

    /// Who has a key.
    pub(super) fn list_keys(&self) -> Result<Response, Fault> {
        self.create_tables()?;
        let mut keys = Vec::new();
        for mut row in self.database.rows("SELECT name, role, created_ms FROM key ORDER BY name", vec![])? {
            let (name, role, created_ms) = (row.text()?, row.text()?, row.integer()?.unsigned_abs());
            keys.extend(SiteRole::named(&role).map(|role| KeyAnswer::of(name, role.name(), created_ms)));
        }
        Ok(json_ok(&KeyList { keys })?)
    }

    /// Removes a key; it opens nothing any more within seconds. Its name stands in an address as that writes it.
    pub(super) fn remove_key(&self, name: &str, deed: &Deed) -> Result<Response, Fault> {
        self.create_tables()?;
        let wanted = "a key's name, percent-encoded";
        let name = decoded(name).ok_or(Refusal::BadParameter { name: "name".into(), wanted })?;
        let name = name.as_str();
        let removed =
            self.database.first("DELETE FROM key WHERE name = ? RETURNING name", vec![name.into()])?;
        if removed.is_none() {
            let next = "see which there are: GET /v1/sites/KEY/keys";
            return Err(Fault::NoSuch { what: format!("key named `{}`", shorten(name)), next });
        }
        self.touch()?;
        self.note(deed, "key.removed", name)?;
        self.list_keys()
    }

    /// The keys as isolates compare them.
    pub(super) fn keys(&self) -> Result<Vec<StoredKey>> {
        let mut keys = Vec::new();
        for mut row in self.database.rows("SELECT name, role, digest FROM key ORDER BY name", vec![])? {
            let (name, role, digest) = (row.text()?, row.text()?, row.text()?);
            keys.extend(SiteRole::named(&role).map(|role| StoredKey { name, role, digest }));
        }
        Ok(keys)
    }
}

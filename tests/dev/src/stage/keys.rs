//! The secrets of an edge and of the demo shop beside it, made once for each data folder.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::{Error, Result};

/// 32 bytes: no search over all keys comes to an end.
const BYTES: usize = 32;

/// The secrets the worker takes from its environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// `DECLIC_SECRET`: signs the visitors' tokens.
    pub secret: String,
    /// `DECLIC_OWNER_KEY`: publishes rules and settings.
    pub owner: String,
    /// `DECLIC_DESK_KEY`: reads the desk.
    pub desk: String,
    /// `DECLIC_SHOP_SECRET`: the demo shop signs its customers' ids with it.
    pub shop: String,
}

impl Keys {
    /// The folder's keys, made now if it has none; only the user can read the file.
    pub(crate) fn load_or_create(data: &Path) -> Result<Keys> {
        let path = data.join("keys.json");
        if !path.exists() {
            let keys = Keys { secret: random()?, owner: random()?, desk: random()?, shop: random()? };
            keys.save(&path)?;
            return Ok(keys);
        }
        let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
        let json: Value = serde_json::from_str(&text).unwrap_or_default();
        let key = |name: &str| {
            json[name].as_str().map(str::to_owned).ok_or_else(|| Error::Missing {
                what: format!("`{}` has no key `{name}`", path.display()),
                next: "bring the file back, or start with a new data folder".into(),
            })
        };
        let mut keys =
            Keys { secret: key("secret")?, owner: key("owner")?, desk: key("desk")?, shop: String::new() };
        match key("shop") {
            Ok(shop) => keys.shop = shop,
            // A folder from before the shop had customers.
            Err(_) => {
                keys.shop = random()?;
                keys.save(&path)?;
            }
        }
        Ok(keys)
    }

    fn save(&self, path: &Path) -> Result<()> {
        let Keys { secret, owner, desk, shop } = self;
        let json = json!({ "secret": secret, "owner": owner, "desk": desk, "shop": shop });
        // Written aside and renamed: a half-written file would lock its owner out.
        let aside = path.with_extension("new");
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&aside)
            .map_err(Error::file("create", &aside))?;
        writeln!(file, "{json:#}").map_err(Error::file("write", &aside))?;
        fs::rename(&aside, path).map_err(Error::file("write", path))
    }
}

fn random() -> Result<String> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0; BYTES];
    File::open(source)
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(Error::file("read", source))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::PathBuf;

    use super::Keys;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("declic-keys-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_folder_keeps_the_keys_it_was_given_and_only_its_user_can_read_them() {
        let folder = folder("kept");
        let first = Keys::load_or_create(&folder).unwrap();
        let mode = fs::metadata(folder.join("keys.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(Keys::load_or_create(&folder).unwrap(), first);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn no_two_keys_are_alike() {
        let folder = folder("unlike");
        let keys = Keys::load_or_create(&folder).unwrap();
        assert_eq!(keys.secret.len(), 64);
        assert!(keys.secret != keys.owner && keys.owner != keys.desk && keys.desk != keys.secret);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_spoilt_key_file_is_said_and_left_alone() {
        let folder = folder("spoilt");
        fs::write(folder.join("keys.json"), "{}").unwrap();
        let complaint = Keys::load_or_create(&folder).unwrap_err().to_string();
        assert!(complaint.contains("has no key `secret`"), "{complaint}");
        assert_eq!(fs::read_to_string(folder.join("keys.json")).unwrap(), "{}");
        fs::remove_dir_all(folder).unwrap();
    }
}

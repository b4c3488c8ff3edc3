//! Deployed files that are no processes, as rows: their members and where the values come from.
//! It only reads.

use crate::engine::StoredFile;
use crate::rest::row::{Field, Row, or_null};

pub(crate) struct FileRow<'a>(pub(crate) &'a StoredFile);

impl Row for FileRow<'_> {
    fn key(&self) -> i64 {
        self.0.key
    }

    fn field(&self, name: &str) -> Field<'_> {
        let Self(file) = self;
        match name {
            "resourceName" => (&*file.name).into(),
            "version" => Field::Number(file.version.into()),
            "versionTag" => or_null(file.version_tag.as_deref(), Field::from),
            "resourceId" => (&*file.id).into(),
            "tenantId" => (&*file.tenant).into(),
            "resourceKey" => Field::Key(file.key),
            "deploymentKey" => Field::Key(file.deployment),
            _ => Field::Null,
        }
    }

    fn members(&self) -> &'static [&'static str] {
        &["resourceName", "version", "versionTag", "resourceId", "tenantId", "resourceKey"]
    }
}

//! What every route needs of its caller: a table per resource, looked up by method and path template.
//!
//! Deny by default: a route without a row is answered 403, and a test lists such routes.

use axum::http::Method;

use super::version::{self, Version};
use crate::domain::tenant::Role;

/// What one route needs.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// The method, upper case.
    pub method: &'static str,
    /// The path as the router knows it, e.g. `/v2/bookings/{uid}`.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// Versions in which it exists, in the shape of `/openapi.json`.
    pub versions: &'static [Version],
    /// Versions in which it exists in an older shape: those of `/openapi/{version}.json`.
    pub legacy: &'static [Version],
}

/// Who may call a route.
#[derive(Clone, Copy, Debug)]
pub struct Access {
    /// Callers with one of these roles.
    pub roles: &'static [Role],
    /// How a caller without credentials is refused; `None` lets it in.
    pub without_credentials: Option<Denial>,
}

/// How a caller without credentials is refused (`reference` § 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// 401 `ApiAuthStrategy - …`.
    Strategy,
    /// 403 `PermissionsGuard - …`, on guarded booking routes.
    Guard,
}

const EVERY_ROLE: &[Role] = &[
    Role::Owner,
    Role::Provider,
    Role::Agent,
    Role::Auditor,
    Role::Anonymous,
];

/// Anybody; credentials are looked at when they are sent.
pub const PUBLIC: Access = Access {
    roles: EVERY_ROLE,
    without_credentials: None,
};
/// Whoever may book: everybody but auditors, with or without credentials.
pub const BOOKERS: Access = Access {
    roles: &[Role::Owner, Role::Provider, Role::Agent, Role::Anonymous],
    without_credentials: None,
};
/// The tenant's own people, on Cal.com's guarded booking routes.
pub const GUARDED: Access = Access {
    roles: &[Role::Owner, Role::Provider, Role::Agent],
    without_credentials: Some(Denial::Guard),
};
/// The tenant's own people.
pub const MEMBERS: Access = Access {
    roles: &[Role::Owner, Role::Provider, Role::Agent],
    without_credentials: Some(Denial::Strategy),
};
/// Who may change what is offered: owners, and providers their own.
pub const EDITORS: Access = Access {
    roles: &[Role::Owner, Role::Provider],
    without_credentials: Some(Denial::Strategy),
};
/// Everybody with credentials.
pub const SELF: Access = Access {
    roles: &[Role::Owner, Role::Provider, Role::Agent, Role::Auditor],
    without_credentials: Some(Denial::Strategy),
};
/// Owners only.
pub const OWNERS: Access = Access {
    roles: &[Role::Owner],
    without_credentials: Some(Denial::Strategy),
};
/// Who may read history.
pub const AUDITORS: Access = Access {
    roles: &[Role::Owner, Role::Auditor],
    without_credentials: Some(Denial::Strategy),
};

impl Need {
    /// A need of one method, in every version.
    pub const fn new(method: &'static str, path: &'static str, access: Access) -> Self {
        Self {
            method,
            path,
            access,
            versions: version::ANY,
            legacy: &[],
        }
    }
    /// GET, in every version.
    pub const fn get(path: &'static str, access: Access) -> Self {
        Self::new("GET", path, access)
    }
    /// POST, in every version.
    pub const fn post(path: &'static str, access: Access) -> Self {
        Self::new("POST", path, access)
    }
    /// PUT, in every version.
    pub const fn put(path: &'static str, access: Access) -> Self {
        Self::new("PUT", path, access)
    }
    /// PATCH, in every version.
    pub const fn patch(path: &'static str, access: Access) -> Self {
        Self::new("PATCH", path, access)
    }
    /// DELETE, in every version.
    pub const fn delete(path: &'static str, access: Access) -> Self {
        Self::new("DELETE", path, access)
    }
    /// Only in these versions.
    #[must_use]
    pub const fn in_versions(mut self, versions: &'static [Version]) -> Self {
        self.versions = versions;
        self
    }
    /// In these versions, too, in an older shape.
    #[must_use]
    pub const fn and_legacy_in(mut self, versions: &'static [Version]) -> Self {
        self.legacy = versions;
        self
    }
    /// Whether it exists in a version.
    pub fn is_in(&self, version: Version) -> bool {
        self.versions.contains(&version) || self.legacy.contains(&version)
    }
}

/// The tables of all resources.
const TABLES: &[&[Need]] = &[
    super::slots::NEEDS,
    super::bookings::NEEDS,
    &super::bookings::LEGACY_NEEDS,
    super::composites::NEEDS,
    super::event_types::NEEDS,
    super::event_types::private_links::NEEDS,
    super::calendars::NEEDS,
    super::teams::NEEDS,
    super::schedules::NEEDS,
    super::me::NEEDS,
    super::webhooks::NEEDS,
    super::organizations::NEEDS,
    super::providers::NEEDS,
    super::api_keys::NEEDS,
    super::api_key_refresh::NEEDS,
    super::health::NEEDS,
    super::metrics::NEEDS,
    super::document::NEEDS,
    super::problem::NEEDS,
];

/// The row of a route. HEAD is read as GET.
pub fn find(method: &Method, path: &str) -> Option<&'static Need> {
    let method = if *method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    TABLES
        .iter()
        .flat_map(|table| table.iter())
        .find(|need| need.path == path && need.method == method)
}

/// The methods of a path that have a row, as `Allow` lists them; empty when none has.
pub fn methods(path: &str) -> String {
    let mut methods: Vec<&str> = all()
        .filter(|need| need.path == path)
        .map(|need| need.method)
        .collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.join(", ")
}

/// Every row.
pub fn all() -> impl Iterator<Item = &'static Need> {
    TABLES.iter().flat_map(|table| table.iter())
}

//! Directory names: the changes of one unit, reduced to what has to happen in the database.

use std::collections::BTreeMap;

use crate::domain::id::TenantId;
use crate::ledger::database::Param;
use crate::ledger::unit::{NameChange, NameKind, NameUse};

/// A name with its kind and scope: the key of the directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    /// Which kind.
    pub(super) kind: NameKind,
    /// Within what it is unique.
    pub(super) scope: String,
    /// The name.
    pub(super) text: String,
}

impl Name {
    /// The key columns with the tenant.
    pub(super) fn row(&self, tenant: TenantId) -> Vec<Param> {
        vec![
            Param::from(self.kind.as_str()),
            Param::from(self.scope.as_str()),
            Param::from(self.text.as_str()),
            Param::from(tenant),
        ]
    }
}

/// What a unit does to the directory.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct NetChange {
    /// Names that must be free, with their targets.
    pub(super) claims: Vec<(Name, String)>,
    /// Names the tenant has, with new targets.
    pub(super) points: Vec<(Name, String)>,
    /// Names the tenant gives up.
    pub(super) releases: Vec<Name>,
}

#[derive(Debug)]
enum Net {
    Claim(String),
    Point(String),
    Release,
}

/// Reduces a unit's changes to one per name. A name that one stream of a linked command releases and another claims, in
/// whichever order the streams come, stays the tenant's and points to the new target.
pub(super) fn net_change(changes: &[NameChange]) -> NetChange {
    let mut nets: BTreeMap<Name, Net> = BTreeMap::new();
    for change in changes {
        let name = Name {
            kind: change.kind,
            scope: change.scope.clone(),
            text: change.name.clone(),
        };
        let net = match (nets.remove(&name), &change.change) {
            (None | Some(Net::Claim(_)), NameUse::Claim(target))
            | (Some(Net::Claim(_)), NameUse::Point(target)) => Net::Claim(target.clone()),
            (None, NameUse::Point(target))
            | (
                Some(Net::Point(_) | Net::Release),
                NameUse::Claim(target) | NameUse::Point(target),
            ) => Net::Point(target.clone()),
            // Claimed by one stream before the other releases it: handed over.
            (Some(Net::Claim(target)), NameUse::Release) => Net::Point(target),
            (None | Some(Net::Point(_) | Net::Release), NameUse::Release) => Net::Release,
        };
        nets.insert(name, net);
    }
    let mut reduced = NetChange::default();
    for (name, net) in nets {
        match net {
            Net::Claim(target) => reduced.claims.push((name, target)),
            Net::Point(target) => reduced.points.push((name, target)),
            Net::Release => reduced.releases.push(name),
        }
    }
    reduced
}

//! One truth about rights: random tenants, of which every surface of the server must say what a slow and obvious
//! reference says. `GUILDHALL_TEST_SEED` replays the tenant of a seed, in all of these tests.

mod change;
mod furnish;
mod model;
mod reference;
mod requests;
mod rolls;
mod surfaces;
mod undo;

use std::fmt::Debug;
use std::sync::Arc;

use chrono::Duration;
use rstest::rstest;

use crate::harness::{Dice, Vendor};
use change::Change;
use furnish::Ids;
use model::Model;

/// How often a tenant is changed.
const CHANGES: usize = 8;

/// A random tenant: as plain data, and as the server has it.
struct World {
    vendor: Arc<Vendor>,
    model: Model,
    ids: Ids,
    dice: Dice,
    /// How many answers were compared: one subject, API and organization with one permission or token each.
    cases: usize,
}

impl World {
    async fn open(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let (vendor, model) = (Arc::new(Vendor::new().await), Model::roll(&mut dice));
        // The tenant may have been made after the moment at which the vendor's clock stands: what follows is later.
        vendor.later(Duration::minutes(1));
        let ids = Ids::furnish(&vendor, &model).await;
        let first = Change::first(&mut dice, &model);
        let mut world = Self { vendor, model, ids, dice, cases: 0 };
        for change in first {
            world.make(change).await;
        }
        world
    }

    /// Makes a change, in the server and in the model.
    async fn make(&mut self, change: Change) {
        self.ids.make(&self.vendor, &change).await;
        change.apply(&mut self.model);
    }

    /// Compares one answer with the reference's.
    #[track_caller]
    fn same<T: Debug + PartialEq>(&mut self, what: impl Debug, said: T, right: T) {
        assert_eq!(said, right, "{what:?}: left the server, right the reference, of {:?}", self.model);
        self.cases += 1;
    }
}

/// Says how to come back to a failure.
struct Replay(u64);

impl Drop for Replay {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("Replay it: GUILDHALL_TEST_SEED={} cargo test -p guildhall-tests one_truth", self.0);
        }
    }
}

/// Compares tenants, of which each of the tests that share them takes its part; the one that is to be replayed, where
/// there is one. Where there is none, at least so many cases must have been compared.
async fn prove<F: Future<Output = usize>>(
    (part, parts): (u64, u64),
    (tenants, at_least): (u64, usize),
    compare: impl Fn(u64) -> F,
) {
    let replayed: Option<u64> = std::env::var("GUILDHALL_TEST_SEED").ok().map(|seed| seed.parse().unwrap());
    let seeds = replayed.map_or(0..tenants, |seed| seed..seed + 1);
    let mut cases = 0;
    for seed in seeds.filter(|seed| seed % parts == part) {
        let _replay = Replay(seed);
        cases += compare(seed).await;
    }
    assert!(replayed.is_some() || cases >= at_least, "only {cases} cases");
}

#[rstest]
#[tokio::test]
async fn every_surface_says_what_the_reference_says(#[values(0, 1, 2)] part: u64) {
    prove((part, 3), (12, 950), async |seed| {
        let mut world = World::open(seed).await;
        surfaces::compare_all(&mut world).await;
        world.cases
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn a_change_shows_on_every_surface_at_once(#[values(0, 1)] part: u64) {
    prove((part, 2), (6, 3_500), async |seed| {
        let mut world = World::open(seed).await;
        let mut issued = surfaces::machines::compare(&mut world).await;
        issued.extend(surfaces::people::compare(&mut world).await);
        for _ in 0..CHANGES {
            let change = Change::roll(&mut world.dice, &world.model);
            surfaces::dry_runs::compare(&mut world, change).await;
            surfaces::evaluations::compare(&mut world).await;
            let some = world.dice.some(&issued, 20);
            surfaces::introspection::compare(&mut world, &some).await;
        }
        surfaces::introspection::compare(&mut world, &issued).await;
        surfaces::people::refresh_again(&mut world, &issued).await;
        surfaces::compare_all(&mut world).await;
        world.cases
    })
    .await;
}

#[rstest]
#[tokio::test]
async fn each_permission_is_gone_when_what_its_paths_name_is_undone(#[values(0, 1)] part: u64) {
    prove((part, 2), (6, 1_090), async |seed| {
        let mut world = World::open(seed).await;
        undo::undo_all(&mut world).await;
        // What policies have withheld until now.
        for number in world.model.policies.clone().into_keys() {
            world.make(Change::RemovePolicy { number }).await;
        }
        undo::undo_all(&mut world).await;
        surfaces::compare_all(&mut world).await;
        world.cases
    })
    .await;
}

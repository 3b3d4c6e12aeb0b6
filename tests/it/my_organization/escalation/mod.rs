//! No sequence of calls raises anyone: random people and machines of an organization call whatever there is, in random order, and
//! after each sequence nobody holds more than a model allows that knows one rule: by a call, those whom it concerns can
//! come to hold what the caller held, and the caller nothing. `GUILDHALL_TEST_SEED` replays one seed.

mod call;
mod world;

use rstest::rstest;

use call::Call;
use world::World;

/// How many sequences each part plays unless `GUILDHALL_TEST_SEQUENCES` says otherwise: 400 in all, and 10,000 with 2,500.
const SEQUENCES: usize = 100;

/// After so many sequences of a part another seed begins, with another organization.
const OF_A_SEED: usize = 500;

/// After so many sequences the vendor sets things up anew: another envelope, other roles.
const EPISODE: usize = 50;

/// In how many sequences one call succeeds, and one is refused for what is not held, at the least, on average: otherwise they
/// prove nothing.
const TO_SUCCEED: usize = 3;
const TO_BE_REFUSED: usize = 12;

struct Replay(u64);

impl Drop for Replay {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("Replay it: GUILDHALL_TEST_SEED={} cargo test -p guildhall-tests escalation", self.0);
        }
    }
}

#[rstest]
#[tokio::test]
async fn no_sequence_of_calls_raises_anyone(#[values(0, 1, 2, 3)] part: u64) {
    let variable = |name: &str| std::env::var(name).ok().map(|value| value.parse::<u64>().unwrap());
    let replayed = variable("GUILDHALL_TEST_SEED");
    let count =
        variable("GUILDHALL_TEST_SEQUENCES").map_or(SEQUENCES, |count| usize::try_from(count).unwrap());
    let (mut successes, mut not_held, mut played) = (0, 0, 0);
    for seed in replayed.map_or(part * 1_000..(part + 1) * 1_000, |seed| seed..seed + 1) {
        let _replay = Replay(seed);
        let mut world = World::open(seed).await;
        for number in 0..OF_A_SEED.min(count - played) {
            if number % EPISODE == 0 {
                world.rearrange().await;
            }
            for _ in 0..world.dice.between(1, 4) {
                let Some(call) = Call::roll(&mut world) else { continue };
                let outcome = call.make(&mut world).await;
                successes += usize::from(outcome.succeeded);
                not_held += usize::from(outcome.not_held);
            }
            world.compare().await;
            played += 1;
        }
        if played == count {
            break;
        }
    }
    if replayed.is_none() {
        assert!(successes >= count / TO_SUCCEED, "only {successes} calls succeeded");
        assert!(not_held >= count / TO_BE_REFUSED, "only {not_held} were refused for what is not held");
    }
}

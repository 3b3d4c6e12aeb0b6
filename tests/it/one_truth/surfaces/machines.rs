//! The tokens of machines.

use super::{Issued, Outcome, asking, sent};
use crate::one_truth::World;
use crate::one_truth::model::{NAMES, Subject};

/// Asks for a token of each machine in each place, with all that is held and with something.
pub async fn compare(world: &mut World) -> Vec<Issued> {
    let mut issued = Vec::new();
    for machine in 0..world.model.machines {
        for place in world.model.places() {
            for asked in [Vec::new(), world.dice.few(&NAMES)] {
                let (mut parameters, by_own_audience) = asking(world, place);
                parameters.push(("scope", asked.join(" ")));
                let client = world.ids.machines[machine].clone();
                let answer = world.vendor.ask(&client, &sent(&parameters)).await;
                let right = world.model.issued_to_machine(machine, place, by_own_audience, &asked);
                let right = Outcome::right(world, place, right);
                world.same((machine, &parameters), Outcome::of(&answer), right);
                if answer.succeeded() {
                    issued.push(Issued { subject: Subject::Machine(machine), place, token: answer.token() });
                }
            }
        }
    }
    issued
}

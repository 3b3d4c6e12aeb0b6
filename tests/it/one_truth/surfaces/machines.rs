//! The tokens of machines.

use super::{Issued, Outcome, asking, previews, sent};
use crate::one_truth::World;
use crate::one_truth::model::{NAMES, Subject};

/// Asks for a token of each machine in each place, with all that is held and with something.
pub async fn compare(world: &mut World) -> Vec<Issued> {
    let mut issued = Vec::new();
    for machine in 0..world.model.machines {
        let subject = Subject::Machine(machine);
        for place in world.model.places() {
            for asked in [Vec::new(), world.dice.few(&NAMES)] {
                let (mut parameters, by_own_audience) = asking(world, place);
                parameters.push(("scope", asked.join(" ")));
                let client = world.ids.machines[machine].clone();
                let came = world.vendor.ask(&client, &sent(&parameters)).await.body();
                let right = world.model.issued_to_machine(machine, place, by_own_audience, &asked);
                let right = Outcome::right(world, place, right);
                world.same((machine, &parameters), Outcome::of(&came), right);
                previews::compare(world, "client_credentials", subject, &parameters, &came).await;
                if let Some(token) = came["access_token"].as_str() {
                    issued.push(Issued { subject, place, token: token.to_owned(), refresh: None });
                }
            }
        }
    }
    issued
}

//! A composite booking that is stuck: listed, retried, or given up.

use chrono::Duration;
use daybook::domain::composite::command::{CompositeCommand, Request};
use daybook::domain::composite::event::{Cause, Segment};
use daybook::domain::id::{
    AttendeeNumber, BookingId, BookingNumber, BookingUid, CompositeId, HoldId, KeyId, ProviderId,
};
use daybook::domain::personal::Personal;
use daybook::domain::tenant::Role;
use daybook::domain::time::TimeSlot;
use daybook::domain::{Command, Sealable};
use daybook::ledger::NumberKind;
use daybook::ledger::record::{Actor, Addressed, CommandContext, Origin, StreamKey};
use serde_json::{Value, json};

use super::{Clinic, each, problem, uid};
use crate::harness::library::nine;
use crate::harness::{Library, Salon, Veteran, times};

/// Records composite bookings that are stuck, while no server runs: of each the segment could not be undone.
async fn stuck(salon: &mut Salon, count: usize) -> Vec<Value> {
    salon.take_server().stop();
    let now = times::now();
    let library = Library::open(salon, now).await;
    let veteran = Veteran::hire(salon, &library).await;
    let mut composites = Vec::new();
    for index in 0..count {
        let id = || library.ids.uuid();
        let draw = async |kind| library.ledger.draw_number(kind).await.expect("is drawn");
        let start = nine(now, 2 + i64::try_from(index).expect("few"));
        let segment = Segment {
            provider: ProviderId::from_uuid(veteran.stream.id),
            terms: veteran.terms.clone(),
            slot: TimeSlot::starting(start, 15).expect("is a slot"),
            booking: BookingId::from_uuid(id()),
            number: BookingNumber::new(draw(NumberKind::Booking).await),
            uid: BookingUid::from_uuid(id()),
            attendee: AttendeeNumber::new(draw(NumberKind::Attendee).await),
            guests: Vec::new(),
            hold: HoldId::from_uuid(id()),
        };
        let composite = CompositeId::from_uuid(id());
        let request = Request {
            composite,
            segments: vec![segment],
            deadline: now + Duration::seconds(20),
            everything_held: false,
            sealable: Sealable {
                key: KeyId::from_uuid(id()),
                key_is_new: true,
                personal: Personal::default(),
            },
        };
        let commands = [
            CompositeCommand::Request(Box::new(request)),
            CompositeCommand::RollBack(Cause::DeadlinePassed),
            CompositeCommand::Stick {
                segment: 0,
                reason: "unavailable".to_owned(),
            },
        ];
        let stream = StreamKey::composite(salon.tenant_id(), composite);
        let addressed = commands.map(|command| Addressed {
            stream,
            command: Command::Composite(command),
        });
        let context = CommandContext {
            tenant: salon.tenant_id(),
            actor: Actor {
                id: "library".to_owned(),
                role: Role::Owner,
            },
            origin: Origin::default(),
            idempotency: None,
            correlation: composite.as_uuid(),
            causation: None,
            reads: Vec::new(),
            parts: Vec::new(),
        };
        let executed = library.ledger.execute(context, addressed.to_vec()).await;
        executed.expect("the composite booking is stuck");
        composites.push(json!({"uid": composite}));
    }
    library.close().await;
    salon.start();
    composites
}

on_both_databases! {
    async fn what_is_stuck_is_listed_until_an_owner_retries_or_abandons_it(salon: &mut Salon) {
        let found = stuck(salon, 2).await;
        let clinic = Clinic::of(salon).await;
        let owner = clinic.client.owner_key.clone();
        let listed = async || {
            let page = clinic.get("?status=stuck", &owner).await.expect(200).json();
            let data = page["data"].as_array().expect("a page has data").clone();
            data.iter().map(uid).collect::<Vec<_>>()
        };
        assert_eq!(listed().await, [uid(&found[0]), uid(&found[1])]);
        let shown = clinic.shown(&found[0]).await;
        assert_eq!(shown["stuck"], json!({"segment": 0, "reason": "unavailable"}));
        assert_eq!(shown["cause"]["code"], "deadlinePassed");
        let unsettled = clinic.act(&found[0], "cancel", &json!({})).await.expect(409);
        assert_eq!(problem(&unsettled), "transition-not-allowed");

        let retried = clinic.act(&found[0], "retry", &json!({})).await.expect(200).json();
        assert_eq!(retried["status"], "rolledBack");
        assert_eq!(each(&retried, "status"), ["compensated"]);
        assert!(retried.get("stuck").is_none());
        assert_eq!(listed().await, [uid(&found[1])]);

        let abandoned = clinic.act(&found[1], "abandon", &json!({})).await.expect(200).json();
        assert_eq!(abandoned["status"], "abandoned");
        assert_eq!(listed().await, [""; 0]);
        for action in ["retry", "abandon"] {
            let settled = clinic.act(&found[0], action, &json!({})).await.expect(409);
            assert_eq!(problem(&settled), "transition-not-allowed");
        }
    }
}

//! Lists: who sees what, narrowed and page by page.

use serde_json::{Value, json};

use super::{Clinic, PATH, uid};
use crate::harness::{Salon, times};

fn uids(page: &Value) -> Vec<String> {
    let data = page["data"].as_array().expect("a page has data");
    data.iter().map(uid).collect()
}

on_both_databases! {
    async fn a_list_is_narrowed_and_paged(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let mut all = Vec::new();
        for index in [0, 4, 8] {
            all.push(clinic.book(times::slot(index)).await);
        }
        let mut other = clinic.chain(times::slot(12), 3);
        other["attendee"]["email"] = json!("karlis@example.org");
        all.push(clinic.post(PATH, &other).await.expect(201).json());
        clinic.act(&all[1], "cancel", &json!({})).await.expect(200);
        let ids: Vec<String> = all.iter().map(uid).collect();
        let of = |indexes: &[usize]| -> Vec<String> {
            indexes.iter().map(|index| ids[*index].clone()).collect()
        };
        let owner = clinic.client.owner_key.clone();
        let (from, to) = (times::text(times::slot(4)), times::text(times::slot(12)));
        let cilla = &clinic.hosts[2];
        let cases = [
            (String::new(), of(&[0, 1, 2, 3])),
            ("?status=cancelled".to_owned(), of(&[1])),
            ("?status=confirmed,stuck".to_owned(), of(&[0, 2, 3])),
            (format!("?from={from}&to={to}"), of(&[1, 2])),
            (format!("?providerId={}", cilla.number), of(&[3])),
            (format!("?providerId={}", cilla.uid), of(&[3])),
            ("?providerId=999999".to_owned(), of(&[])),
            ("?attendeeEmail=Karlis@example.org".to_owned(), of(&[3])),
            (format!("?afterCreatedAt={}", times::text(times::slot(0))), of(&[])),
            (format!("?beforeCreatedAt={}&limit=2", times::text(times::slot(0))), of(&[0, 1])),
        ];
        for (query, expected) in cases {
            let page = clinic.get(&query, &owner).await.expect(200).json();
            assert_eq!(uids(&page), expected, "{query}");
        }
        let (mut paged, mut query) = (Vec::new(), "?limit=1".to_owned());
        loop {
            let answer = clinic.get(&query, &owner).await.expect(200);
            let page = answer.json();
            paged.extend(uids(&page));
            let Some(next) = page["pagination"]["nextCursor"].as_str() else {
                assert_eq!(page["pagination"]["hasMore"], false);
                assert!(answer.headers.get("link").is_none());
                break;
            };
            assert!(answer.headers["link"].to_str().unwrap().contains(next));
            query = format!("?limit=1&cursor={next}");
        }
        assert_eq!(paged, ids);
        for wrong in ["?cursor=abc", "?status=gone", "?limit=0", "?from=noon", "?who=me"] {
            let answer = clinic.get(wrong, &owner).await;
            assert!([400, 422].contains(&answer.status.as_u16()), "{wrong} {}", answer.text);
        }
    }

    async fn a_provider_sees_and_changes_what_it_has_a_segment_of(salon: &mut Salon) {
        let clinic = Clinic::of(salon).await;
        let both = clinic.book(times::slot(0)).await;
        let three = clinic.post(PATH, &clinic.chain(times::slot(4), 3)).await.expect(201).json();
        let cilla = clinic.hosts[2].key.clone();
        let page = clinic.get("", &cilla).await.expect(200).json();
        assert_eq!(uids(&page), [uid(&three)]);
        clinic.get(&format!("/{}", uid(&three)), &cilla).await.expect(200);
        let absent = clinic.get(&format!("/{}", uid(&both)), &cilla).await.expect(404);
        let nobodys = clinic.get("/00000000-0000-4000-8000-000000000001", &cilla).await.expect(404);
        let told = |answer: &crate::harness::Answer| {
            let mut body = answer.json();
            body.as_object_mut().unwrap().remove("instance");
            body
        };
        assert_eq!(told(&absent), told(&nobodys));
        clinic.act_as(&cilla, &both, "cancel", &json!({})).await.expect(404);
        clinic.act_as(&cilla, &three, "retry", &json!({})).await.expect(403);

        let key = json!({"label": "A", "role": "auditor"});
        let key = clinic.post("/v2/api-keys", &key).await.expect(201).json();
        let auditor = key["secret"].as_str().unwrap();
        clinic.get(&format!("/{}", uid(&both)), auditor).await.expect(200);
        clinic.act_as(auditor, &both, "cancel", &json!({})).await.expect(403);
        let request = clinic.once(PATH, auditor).json(&clinic.chain(times::slot(8), 2));
        clinic.client.send(request).await.expect(403);
        clinic.act_as(&cilla, &three, "cancel", &json!({})).await.expect(200);
    }
}

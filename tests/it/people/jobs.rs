//! `/jobs`: contract section 11.

use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::{CONNECTION, EMAIL, sign_in_from};
use crate::harness::Vendor;

/// "correct horse" under each algorithm, as other programs make it.
const BCRYPT: &str = "$2b$04$EIYLR6CwGmg7I4ukHbbsOeqPJX59Uf103LkWR1egcrMMoUjVAyuda";
const ARGON2: &str = "$argon2id$v=19$m=64,t=1,p=1$+tzXhqODic7JXvcjYAZ8zw$H+MJ4bTP0hchwsblY8SfLw";
const PBKDF2: &str =
    "$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHRzYWx0c2FsdA$BBs+1+PaslLtBPULUr8/lQicvVuHiEPMz0i8MjLCbzM";
const SCRYPT: &str =
    "A9lBa6RTbfBovWqamVIqXKovIl4Vk6OZyVojLJmYmSKcTeUeY+NUusSAWsrrtKYgxHMy6+bWk1+GJd0o/FW2Bw==";

async fn connection(vendor: &Vendor) -> String {
    vendor.get("/connections").await.is(200)[0]["id"].as_str().unwrap().to_owned()
}

/// Imports users by the form that the SDKs send.
async fn import(vendor: &Vendor, users: Value, upsert: bool) -> Value {
    let connection = connection(vendor).await;
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"users\"; filename=\"users.json\"\r\nContent-Type: application/json\r\n\r\n{users}\r\n\
         --x\r\nContent-Disposition: form-data; name=\"connection_id\"\r\n\r\n{connection}\r\n\
         --x\r\nContent-Disposition: form-data; name=\"upsert\"\r\n\r\n{upsert}\r\n--x--\r\n"
    );
    let request = vendor.request(Method::POST, "/api/v2/jobs/users-imports").bearer_auth(&vendor.token);
    let request = request.header("content-type", "multipart/form-data; boundary=x").body(body);
    let job = vendor.send(request).await.is(202);
    assert_eq!((&job["type"], &job["connection"]), (&json!("users_import"), &json!(CONNECTION)));
    done(vendor, &job).await
}

/// The job when it has ended.
async fn done(vendor: &Vendor, job: &Value) -> Value {
    loop {
        let job = vendor.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).await.is(200);
        if job["status"] == "completed" || job["status"] == "failed" {
            return job;
        }
    }
}

async fn errors(vendor: &Vendor, job: &Value) -> Value {
    vendor.get(&format!("/jobs/{}/errors", job["id"].as_str().unwrap())).await.body()
}

#[rstest]
#[case::bcrypt(json!({"password_hash": BCRYPT}))]
#[case::argon2(json!({"custom_password_hash": {"algorithm": "argon2", "hash": {"value": ARGON2, "encoding": "utf8"}}}))]
#[case::pbkdf2(json!({"custom_password_hash": {"algorithm": "pbkdf2", "hash": {"value": PBKDF2, "encoding": "utf8"}}}))]
#[case::scrypt(json!({"custom_password_hash": {
    "algorithm": "scrypt", "keylen": 64, "cost": 1024, "blockSize": 8, "parallelization": 1,
    "hash": {"value": SCRYPT, "encoding": "base64"}, "salt": {"value": "saltsaltsaltsalt", "encoding": "utf8"},
}}))]
#[tokio::test]
async fn an_imported_user_signs_in_with_the_password_from_elsewhere_and_the_hash_is_renewed(
    #[case] hash: Value,
) {
    let vendor = Vendor::new().await;
    let mut user = json!({"email": EMAIL, "email_verified": true, "user_id": "from-elsewhere", "app_metadata": {"a": 1}});
    user.as_object_mut().unwrap().extend(hash.as_object().unwrap().clone());
    let job = import(&vendor, json!([user]), false).await;
    assert_eq!(
        job["summary"],
        json!({"failed": 0, "updated": 0, "inserted": 1, "total": 1}),
        "{}",
        errors(&vendor, &job).await
    );
    assert_eq!((&job["status"], &job["percentage_done"]), (&json!("completed"), &json!(100)));
    vendor.get("/users/auth0%7Cfrom-elsewhere").await.is(200);
    let renewed = "SELECT COUNT(*) FROM passwords WHERE hash LIKE '$argon2id$v=19$m=19456,%'";
    assert_eq!(vendor.node.database.number(renewed.to_owned()).await, 0);
    assert!(sign_in_from(&vendor, "192.0.2.1", EMAIL, "wrong horse").await.is_err());
    assert_eq!(vendor.node.database.number(renewed.to_owned()).await, 0);
    for _ in 0..2 {
        assert!(sign_in_from(&vendor, "192.0.2.1", EMAIL, "correct horse").await.is_ok());
        assert_eq!(vendor.node.database.number(renewed.to_owned()).await, 1);
    }
}

#[tokio::test]
async fn what_cannot_be_imported_is_listed_without_its_hash_and_the_rest_is_imported() {
    let vendor = Vendor::new().await;
    let md5 =
        json!({"algorithm": "md5", "hash": {"value": "5f4dcc3b5aa765d61d8327deb882cf99", "encoding": "hex"}});
    let job = import(
        &vendor,
        json!([
            {"email": "a@example.com"},
            {"email": "a@example.com", "password_hash": BCRYPT},
            {"email": "no address"},
            {"email": "b@example.com", "custom_password_hash": md5},
            {"email": "c@example.com", "unheard_of": 1},
            {"email": "d@example.com", "password": "plain"},
            "nobody",
        ]),
        false,
    )
    .await;
    assert_eq!(job["summary"], json!({"failed": 6, "updated": 0, "inserted": 1, "total": 7}));
    let errors = errors(&vendor, &job).await;
    let codes: Vec<&str> =
        errors.as_array().unwrap().iter().map(|error| error["errors"][0]["code"].as_str().unwrap()).collect();
    assert_eq!(
        codes,
        [
            "DUPLICATED_USER",
            "INVALID_FORMAT",
            "INVALID_HASH",
            "INVALID_FORMAT",
            "INVALID_FORMAT",
            "INVALID_FORMAT"
        ]
    );
    for secret in [BCRYPT, "5f4dcc3b", "plain"] {
        assert!(!errors.to_string().contains(&format!("\"{secret}")), "{errors}");
    }
}

#[tokio::test]
async fn users_who_exist_are_changed_where_that_is_wished() {
    let vendor = Vendor::new().await;
    let id = super::person(&vendor).await;
    let users = json!([{"email": EMAIL, "nickname": "new", "app_metadata": {"plan": "gold"}, "password_hash": BCRYPT}]);
    let job = import(&vendor, users, true).await;
    assert_eq!(job["summary"], json!({"failed": 0, "updated": 1, "inserted": 0, "total": 1}));
    let user = vendor.get(&format!("/users/{}", crate::harness::segment(&id))).await.is(200);
    assert_eq!((&user["nickname"], &user["app_metadata"]), (&json!("new"), &json!({"plan": "gold"})));
    assert!(super::sign_in(&vendor, super::PASSWORD).await.is_ok(), "the password is no part of it");
}

#[tokio::test]
async fn a_job_without_errors_answers_204() {
    let vendor = Vendor::new().await;
    let job = import(&vendor, json!([]), false).await;
    vendor.get(&format!("/jobs/{}/errors", job["id"].as_str().unwrap())).await.is(204);
}

#[tokio::test]
async fn an_import_into_a_connection_that_does_not_exist_is_refused() {
    let vendor = Vendor::new().await;
    let body = json!({"connection_id": "con_0000000000000000", "users": []});
    assert_eq!(vendor.post("/jobs/users-imports", body).await.is(400)["errorCode"], "invalid_body");
}

/// Exports users; returns the finished job and the file.
async fn export(vendor: &Vendor, body: Value) -> (Value, String) {
    let job = vendor.post("/jobs/users-exports", body).await.is(200);
    let job = done(vendor, &job).await;
    let path = job["location"].as_str().unwrap().strip_prefix(vendor.issuer.trim_end_matches('/')).unwrap();
    let file = vendor.send(vendor.request(Method::GET, path)).await;
    assert_eq!(file.status, 200);
    (job, file.text)
}

#[tokio::test]
async fn exported_users_are_lines_of_json() {
    let vendor = Vendor::new().await;
    for number in 0..120 {
        vendor.user(&format!("user{number}@example.com")).await;
    }
    let (job, text) = export(&vendor, json!({"connection_id": connection(&vendor).await})).await;
    assert_eq!((&job["status"], &job["format"]), (&json!("completed"), &json!("json")));
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 120);
    assert!(lines.iter().all(|user| user["identities"][0]["connection"] == CONNECTION));
    let (_, text) =
        export(&vendor, json!({"limit": 7, "fields": [{"name": "email", "export_as": "address"}]})).await;
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!((text.lines().count(), first), (7, json!({"address": "user0@example.com"})));
}

#[tokio::test]
async fn exported_users_are_lines_of_csv_that_no_spreadsheet_takes_for_formulas() {
    let vendor = Vendor::new().await;
    let new =
        json!({"connection": CONNECTION, "email": EMAIL, "name": "=1+\"1\"", "app_metadata": {"a": [1]}});
    vendor.post("/users", new).await.is(201);
    let fields = json!([{"name": "email"}, {"name": "name"}, {"name": "app_metadata.a"}, {"name": "identities.0.connection"}]);
    let (_, text) = export(&vendor, json!({"format": "csv", "fields": fields})).await;
    let expected = format!(
        "\"email\",\"name\",\"app_metadata.a\",\"identities.0.connection\"\r\n\"{EMAIL}\",\"'=1+\"\"1\"\"\",\"[1]\",\"{CONNECTION}\"\r\n"
    );
    assert_eq!(text, expected);
}

#[tokio::test]
async fn an_export_opens_by_its_key_only() {
    let vendor = Vendor::new().await;
    let (job, _) = export(&vendor, json!({})).await;
    let id = job["id"].as_str().unwrap();
    for key in ["", "x"] {
        let path = format!("/users-exports/{id}?key={key}");
        vendor.send(vendor.request(Method::GET, &path)).await.is(404);
    }
}

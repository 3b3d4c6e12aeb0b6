use rstest::rstest;

use super::*;

#[test]
fn a_new_hash_matches_its_password_and_no_other() {
    let hash = PasswordHash::of("correct horse");
    assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
    let read = PasswordHash::read(hash.as_str()).unwrap();
    assert!(read.matches("correct horse") && hash.matches("correct horse"));
    assert!(!read.matches("correct horsE") && !read.matches(""));
    assert!(!read.needs_upgrade() && !hash.needs_upgrade());
    assert_ne!(hash.as_str(), PasswordHash::of("correct horse").as_str());
    assert_eq!(format!("{hash:?}"), "PasswordHash(..)");
}

#[test]
fn nobodys_hash_matches_nothing() {
    assert!(!PasswordHash::of_nobody().matches("") && !PasswordHash::of_nobody().matches("correct horse"));
    assert!(PasswordHash::read("").is_err());
}

/// Made by Python's `hashlib`, `bcrypt` and `argon2-cffi` from "correct horse".
#[rstest]
#[case("$2b$04$EIYLR6CwGmg7I4ukHbbsOeqPJX59Uf103LkWR1egcrMMoUjVAyuda")]
#[case("$2a$04$EIYLR6CwGmg7I4ukHbbsOeqPJX59Uf103LkWR1egcrMMoUjVAyuda")]
#[case("$pbkdf2-sha1$i=1000,l=20$c2FsdHNhbHRzYWx0c2FsdA$EUcKisx+yviAqdTmlEPmy+5ykUU")]
#[case("$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHRzYWx0c2FsdA$BBs+1+PaslLtBPULUr8/lQicvVuHiEPMz0i8MjLCbzM")]
#[case("$pbkdf2-sha256$i=1000,l=32$c2FsdHNhbHRzYWx0c2FsdA==$BBs+1+PaslLtBPULUr8/lQicvVuHiEPMz0i8MjLCbzM=")]
#[case(
    "$pbkdf2-sha512$i=1000,l=64$c2FsdHNhbHRzYWx0c2FsdA$EHLBej+uEvxlmr0QnHnceg1vM6h1wbwSP5XErh3SmizNDWZsIi28RPGARe0EssjGRoiACzxgHjNvqwJY1zxKig"
)]
#[case(
    "$scrypt$ln=10,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$A9lBa6RTbfBovWqamVIqXKovIl4Vk6OZyVojLJmYmSKcTeUeY+NUusSAWsrrtKYgxHMy6+bWk1+GJd0o/FW2Bw"
)]
#[case("$argon2id$v=19$m=64,t=1,p=1$+tzXhqODic7JXvcjYAZ8zw$H+MJ4bTP0hchwsblY8SfLw")]
#[case("$argon2i$v=19$m=64,t=2,p=2$dRYpW+c8t3yeAEo367/61w$e14SrLWXJ8/k5Fnt/mZLrHhho0IxRr5q56vIVslOId0")]
fn a_hash_of_another_kind_is_compared_with_and_wants_to_be_upgraded(#[case] text: &str) {
    let hash = PasswordHash::read(text).unwrap();
    assert!(hash.matches("correct horse"));
    assert!(!hash.matches("correct horsE") && !hash.matches(""));
    assert!(hash.needs_upgrade());
    assert_eq!(hash.as_str(), text);
}

#[rstest]
#[case("", Unreadable::Form)]
#[case("secret", Unreadable::Form)]
#[case("$1$salt$hash", Unreadable::Form)]
#[case("$argon2id$v=19$m=64,t=1,p=1$+tzXhqODic7JXvcjYAZ8zw$", Unreadable::Form)]
#[case("$argon2id$v=19$m=4294967295,t=1,p=1$+tzXhqODic7JXvcjYAZ8zw$H+MJ4bTP0hchwsblY8SfLw", Unreadable::Cost)]
#[case(
    "$argon2id$v=19$m=65536,t=4294967295,p=1$+tzXhqODic7JXvcjYAZ8zw$H+MJ4bTP0hchwsblY8SfLw",
    Unreadable::Cost
)]
#[case("$2b$31$EIYLR6CwGmg7I4ukHbbsOeqPJX59Uf103LkWR1egcrMMoUjVAyuda", Unreadable::Cost)]
#[case("$2b$04$short", Unreadable::Form)]
#[case(
    "$pbkdf2-sha256$i=0,l=32$c2FsdHNhbHRzYWx0c2FsdA$BBs+1+PaslLtBPULUr8/lQicvVuHiEPMz0i8MjLCbzM",
    Unreadable::Form
)]
#[case(
    "$pbkdf2-sha256$i=4000000000,l=32$c2FsdA$BBs+1+PaslLtBPULUr8/lQicvVuHiEPMz0i8MjLCbzM",
    Unreadable::Cost
)]
#[case("$pbkdf2-md5$i=1,l=32$c2FsdA$BBs+1+PaslLtBPULUr8/lQicvVuHiEPMz0i8MjLCbzM", Unreadable::Form)]
#[case("$scrypt$ln=63,r=8,p=1$c2FsdA$BBs+1+PaslLtBPULUr8/lQicvVuHiEPMz0i8MjLCbzM", Unreadable::Cost)]
fn a_hash_that_is_none_or_costs_too_much_is_refused(#[case] text: &str, #[case] expected: Unreadable) {
    assert_eq!(PasswordHash::read(text).unwrap_err(), expected);
}

#[test]
fn the_parts_of_an_exported_hash_become_its_text() {
    let hash = [7; 64];
    let foreign = ForeignHash::Scrypt { n: 16_384, r: 8, p: 1, salt: b"salt", hash: &hash };
    let text = foreign.text().unwrap();
    assert!(text.starts_with("$scrypt$ln=14,r=8,p=1$c2FsdA$"), "{text}");
    assert!(PasswordHash::read(&text).is_ok());
    let odd = ForeignHash::Scrypt { n: 1000, r: 8, p: 1, salt: b"salt", hash: &hash };
    assert_eq!(odd.text(), Err(Unreadable::Form));
}

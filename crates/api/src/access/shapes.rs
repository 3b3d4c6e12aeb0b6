//! The bodies of access evaluation, as the documents show them: `guildhall-oauth` reads and writes them.
#![allow(dead_code, reason = "shapes for the documents")]

use guildhall_oauth::authzen::Object;
use utoipa::ToSchema;

/// Who, or what: a subject or a resource (sections 5.1 and 5.2).
#[derive(ToSchema)]
pub struct AccessEntity {
    /// Of subjects `user` or `client`; of resources `resource_server`, `organization` or a resource type of the vendor's.
    r#type: String,
    /// The id; of an API its identifier.
    id: String,
    /// Of an `organization` `resource_server_identifier`; of other resources `organization_id`, where it is about an
    /// organization.
    properties: Option<Object>,
}

/// Does what (section 5.3).
#[derive(ToSchema)]
pub struct AccessAction {
    /// A permission of the API; of the vendor's own resources an action that their type has.
    name: String,
    /// Not looked at.
    properties: Option<Object>,
}

/// May the subject do this to the resource (section 6.1)?
#[derive(ToSchema)]
pub struct AccessEvaluation {
    /// Who.
    subject: AccessEntity,
    /// Does what.
    action: AccessAction,
    /// To what.
    resource: AccessEntity,
    /// In what environment.
    context: Option<AccessContext>,
}

/// The environment of a request (section 5.4). Whatever else is in it is not looked at.
#[derive(ToSchema)]
pub struct AccessContext {
    /// The answer must be computed at this epoch of the tenant or a later one (an addition to the specification). It is
    /// waited for a second; a tenant that has not come so far by then is 409.
    #[schema(minimum = 0)]
    minimum_epoch: Option<i64>,
}

/// What else an answer says.
#[derive(ToSchema)]
pub struct AccessAnswerContext {
    /// The answer is of this epoch of the tenant, or of a later one (an addition to the specification).
    #[schema(minimum = 0)]
    epoch: i64,
}

/// How evaluations are gone about (section 7.1.2).
#[derive(ToSchema)]
pub struct AccessEvaluationsOptions {
    /// `execute_all` unless given, `deny_on_first_deny` or `permit_on_first_permit`.
    evaluations_semantic: Option<String>,
}

/// Evaluations (section 7.1): what all have in common stands outside of them.
#[derive(ToSchema)]
pub struct AccessEvaluations {
    /// Who, where an evaluation does not say so.
    subject: Option<AccessEntity>,
    /// Does what, where an evaluation does not say so.
    action: Option<AccessAction>,
    /// To what, where an evaluation does not say so.
    resource: Option<AccessEntity>,
    /// In what environment, where an evaluation does not say so. An epoch is demanded here alone.
    context: Option<AccessContext>,
    /// At most 100; each may leave out what stands outside.
    #[schema(max_items = 100)]
    evaluations: Option<Vec<Object>>,
    /// How to go about them.
    options: Option<AccessEvaluationsOptions>,
}

/// The answer to an evaluation (section 5.5).
#[derive(ToSchema)]
pub struct AccessDecision {
    /// Whether the subject may.
    decision: bool,
    /// `epoch`, unless this is one of several; `reason`, with the paths through which the permission is held and what
    /// withholds it, for callers who may read effective permissions of members; `error` of an evaluation that could not be
    /// read.
    context: Option<Object>,
}

/// The answer to evaluations (section 7.2).
#[derive(ToSchema)]
pub struct AccessDecisions {
    /// Of all of them.
    context: AccessAnswerContext,
    /// In the order of the evaluations; fewer where the semantic says so.
    evaluations: Vec<AccessDecision>,
}

/// Where the endpoints are (section 9.1).
#[derive(ToSchema)]
pub struct AccessMetadata {
    /// The tenant's issuer, without the closing slash.
    policy_decision_point: String,
    /// Of evaluations.
    access_evaluation_endpoint: String,
    /// Of several at once.
    access_evaluations_endpoint: String,
    /// Of the search for subjects.
    search_subject_endpoint: String,
    /// Of the search for resources.
    search_resource_endpoint: String,
    /// Of the search for actions.
    search_action_endpoint: String,
}

/// What kind of subjects or resources is searched for (sections 8.4.1 and 8.5.1). An `id` is not looked at.
#[derive(ToSchema)]
pub struct AccessQueried {
    /// Of subjects `user` or `client`; of resources `resource_server` or `organization`.
    r#type: String,
    /// Of an `organization` `resource_server_identifier`; of a `resource_server` `organization_id`, where it is about an
    /// organization.
    properties: Option<Object>,
}

/// Which of the results (section 8.2.1).
#[derive(ToSchema)]
pub struct AccessPage {
    /// The `next_token` of the page before; none asks for the first page.
    token: Option<String>,
    /// The most results, 100 unless given and never more. With a token it is that of the page before, or absent.
    #[schema(minimum = 0)]
    limit: Option<u64>,
}

/// Which subjects may do the action (section 8.4.1)?
#[derive(ToSchema)]
pub struct AccessSubjectSearch {
    /// What kind of subjects.
    subject: AccessQueried,
    /// Do what.
    action: AccessAction,
    /// To what.
    resource: AccessEntity,
    /// In what environment.
    context: Option<AccessContext>,
    /// Which of the results.
    page: Option<AccessPage>,
}

/// To which resources may the subject do the action (section 8.5.1)?
#[derive(ToSchema)]
pub struct AccessResourceSearch {
    /// Who.
    subject: AccessEntity,
    /// Does what.
    action: AccessAction,
    /// To what kind of resources.
    resource: AccessQueried,
    /// In what environment.
    context: Option<AccessContext>,
    /// Which of the results.
    page: Option<AccessPage>,
}

/// What may the subject do to the resource (section 8.6.1)?
#[derive(ToSchema)]
pub struct AccessActionSearch {
    /// Who.
    subject: AccessEntity,
    /// Does something to what.
    resource: AccessEntity,
    /// In what environment.
    context: Option<AccessContext>,
    /// Which of the results.
    page: Option<AccessPage>,
}

/// Where results stand among all (section 8.2.2).
#[derive(ToSchema)]
pub struct AccessPageAnswer {
    /// What the request for the next page names; empty where this is the last. A page can have fewer results than asked
    /// for, even none, and not be the last.
    next_token: String,
    /// How many results this page has.
    count: u64,
}

/// Subjects or resources (section 8.3).
#[derive(ToSchema)]
pub struct AccessEntities {
    /// Which of the results.
    page: AccessPageAnswer,
    /// What else there is to say.
    context: AccessAnswerContext,
    /// The results.
    results: Vec<AccessEntity>,
}

/// Actions (section 8.3).
#[derive(ToSchema)]
pub struct AccessActions {
    /// Which of the results.
    page: AccessPageAnswer,
    /// What else there is to say.
    context: AccessAnswerContext,
    /// The results.
    results: Vec<AccessAction>,
}

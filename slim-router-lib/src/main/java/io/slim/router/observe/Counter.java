package io.slim.router.observe;

/** What is counted besides verdicts. */
public enum Counter {
    /** Shim connections that said HELLO. */
    SHIM_CONNECTIONS,
    /** Shim connections closed because of a malformed message. */
    SHIM_MALFORMED,
    /** Shim connections refused because a bound was reached. */
    SHIM_LIMIT,
    /** Callers whose network namespace could not be told. */
    SHIM_NOT_IDENTIFIED,
    /** Connects answered with a socket that was ready before. */
    READY_SOCKETS_USED,
    /** Ready sockets closed unused. */
    READY_SOCKETS_DROPPED,
    /** Announcements of peers accepted. */
    ANNOUNCEMENTS,
    /** Announcements that pushed a live entry out of a full set of a peer table. */
    ANNOUNCEMENTS_EVICTED,
    /** Announcements of peers refused. */
    ANNOUNCEMENTS_REFUSED,
    /** Grants given to clients, each with the first key. */
    GRANTS,
    /** Grants that got another key. */
    GRANTS_RENEWED,
    /** Requests for a grant that were refused. */
    GRANTS_REFUSED,
    /** Grants that were taken back before their time. */
    GRANTS_REVOKED,
    /** Ways to destinations told to the kernel, and renewed. */
    WAYS,
    /** Ways taken from the kernel before their time. */
    WAYS_DROPPED,
    /** Test connections to peers that did not get through: their hosts are not bypassed. */
    TRIALS_FAILED,
    /** Connections that the policy left to the overlay, at either end. */
    POLICY_REFUSALS,
    /** Probes sent that the overlay let through. */
    PROOFS,
    /** Probes sent that the overlay did not let through. */
    PROOFS_MISSED,
    /** Control connections closed because of a malformed message. */
    CONTROL_MALFORMED,
    /** Control connections closed because the peer is not who it says, or speaks no common version. */
    CONTROL_REFUSED,
    /** Requests to peers dropped, and control connections closed, because a bound was reached. */
    CONTROL_LIMIT,
    /** Times that this router's certificate ceased to be fit for use, or its replacement was not. */
    CERTIFICATE_TROUBLE,
    /** Peers lost: silence, reset or end. */
    PEERS_LOST,
    /** Listeners withdrawn because the application left the shadow's queue alone. */
    LISTENERS_STALLED,
    /** Answers from the negative cache. */
    NEGATIVE_HITS,
    /** Endpoints whose connections are not told apart any more, because there are too many. */
    UPSTREAMS_FORGOTTEN,
    /** Events that were not told because listeners were slow. */
    EVENTS_DROPPED,
    /** Connections in the flow log. */
    FLOWS_LOGGED,
    /** Connections that are missing there. */
    FLOWS_LOST,
    /** Calls into plug-ins that threw. */
    PLUGIN_FAILURES
}

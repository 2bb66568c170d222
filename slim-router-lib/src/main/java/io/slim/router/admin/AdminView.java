package io.slim.router.admin;

import io.slim.api.Endpoint;
import io.slim.api.status.RouterStatus;
import io.slim.router.observe.Upstreams;
import java.util.Map;

/** What pages are made of. */
record AdminView(RouterStatus status, Map<Endpoint, Upstreams.Count> upstreams) {}

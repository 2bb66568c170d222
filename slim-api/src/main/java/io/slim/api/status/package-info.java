/** What a router is doing at one moment: immutable snapshots for operators and embedders. */
package io.slim.api.status;

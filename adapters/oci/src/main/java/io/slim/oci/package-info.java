/** OCI configurations (runtime-spec, config.json): what Slim must know of one, and what it adds. */
package io.slim.oci;

/**
 * The embeddable router: {@link io.slim.router.SlimRouterModule} for those who wire with Guice; everybody else uses
 * {@link io.slim.api.SlimRouter#builder()}. The packages below are one per feature and no API.
 */
@NullMarked
package io.slim.router;

import org.jspecify.annotations.NullMarked;

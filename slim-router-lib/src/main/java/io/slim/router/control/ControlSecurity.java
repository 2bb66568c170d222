package io.slim.router.control;

import io.netty.channel.ChannelPipeline;

/** What protects a control connection; the one place where that is decided. */
interface ControlSecurity {

    /** No protection at all, for labs; has to be asked for by name. */
    ControlSecurity PLAIN_TEXT = (pipeline, dialled) -> {};

    /**
     * Adds what is needed at the front of the pipeline.
     *
     * @param dialled whether this router has dialled
     */
    void protect(ChannelPipeline pipeline, boolean dialled);
}

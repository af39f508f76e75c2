package io.smartqueue.ultramsg.benchmarks;

/** One thing done once. Whatever it throws ends the run: what fails is never counted as fast. */
@FunctionalInterface
interface Operation {
    /**
     * Does it.
     *
     * @return what came of it, so that no compiler leaves the work out
     * @throws LostReply if the JDK's client lost a reply that the server had sent; reported, and counted on neither side
     * @throws Exception if it did not do what it is there for
     */
    Object run() throws Exception;
}

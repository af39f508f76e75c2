package io.smartqueue.ultramsg.internal.config;

import io.smartqueue.ultramsg.failover.StandbyInstance;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.InstanceId;
import io.smartqueue.ultramsg.organization.InstanceStatus;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is known of one organization's configuration. */
public sealed interface KnownConfig {
    /** Why it cannot be used, in words for whoever sends; empty if it can. */
    String complaint();

    /**
     * It can be used.
     *
     * @param config the organization's own instance and all that holds for every message
     * @param instances its own instance, then its standbys, in the order in which they are tried
     * @param environment that of the old environment variables, through which it may have sent before, or null if there is none
     */
    record Usable(
            UltraMessageConfig config,
            List<KnownInstance> instances,
            @Nullable KnownInstance environment) implements KnownConfig {
        static Usable of(
                UltraMessageConfig config, List<StandbyInstance> standbys, @Nullable UltraMessageConfig environment) {
            return new Usable(
                    config,
                    Stream.concat(
                                    Stream.of(KnownInstance.own(config)),
                                    standbys.stream().map(KnownInstance::standby))
                            .toList(),
                    environment == null ? null : KnownInstance.own(environment));
        }

        /** Finds the instance of that id; empty if it is none of the organization's, or not any more. */
        public Optional<KnownInstance> instance(InstanceId id) {
            return instances.stream()
                    .filter(instance -> instance.id().equals(id))
                    .findFirst();
        }

        /**
         * Finds the instance of that id to look for what the organization has sent through it: one that left the environment's
         * has messages there that nobody knows the outcome of.
         */
        public Optional<KnownInstance> sentThrough(InstanceId id) {
            return instance(id)
                    .or(() -> Optional.ofNullable(environment)
                            .filter(former -> former.id().equals(id)));
        }

        /** A standby stands in for an instance that was found not to work, never against what people decided. */
        public boolean maySend() {
            return config.status().maySend()
                    || config.status() == InstanceStatus.ERROR
                            && instances.stream().anyMatch(KnownInstance::maySend);
        }

        @Override
        public String complaint() {
            return "";
        }
    }

    /** It is there, but incomplete or wrong. */
    record Unusable(List<ConfigProblem> problems) implements KnownConfig {
        @Override
        public String complaint() {
            return "the organization's configuration cannot be used: "
                    + problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("; "));
        }
    }

    /** No such organization exists. */
    record Missing() implements KnownConfig {
        @Override
        public String complaint() {
            return "no such organization exists";
        }
    }
}

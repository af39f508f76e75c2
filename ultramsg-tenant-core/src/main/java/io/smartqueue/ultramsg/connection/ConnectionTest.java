package io.smartqueue.ultramsg.connection;

import io.smartqueue.ultramsg.api.AccountStatus;
import io.smartqueue.ultramsg.api.ConnectedAccount;
import io.smartqueue.ultramsg.api.UltraMsgClient;
import io.smartqueue.ultramsg.api.UltraMsgHttp;
import io.smartqueue.ultramsg.error.NoReplyException;
import io.smartqueue.ultramsg.error.ProviderErrorKind;
import io.smartqueue.ultramsg.error.ProviderException;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.organization.InstanceCredentials;
import io.smartqueue.ultramsg.organization.UltraMessageConfig;
import io.smartqueue.ultramsg.quota.QuotaUsage;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Asks an instance how it stands and which account it is linked to. Sends no message: a test message would use quota,
 * reach somebody, and prove little, because UltraMsg queues messages whether the phone is connected or not.
 *
 * <p>Thread-safe.
 */
public final class ConnectionTest {
    private final UltraMsgHttp http;
    private final Duration deadline;

    /**
     * Creates a test that asks over the given connections.
     *
     * @param http the connections
     * @param deadline how long a whole test may take
     */
    public ConnectionTest(UltraMsgHttp http, Duration deadline) {
        this.http = Objects.requireNonNull(http, "http");
        this.deadline = Objects.requireNonNull(deadline, "deadline");
    }

    /**
     * Reports an organization that is not there.
     *
     * @return a result without a question asked
     */
    public static UltraMessageTestResult noSuchOrganization() {
        return UltraMessageTestResult.builder(ConnectionFinding.NO_SUCH_ORGANIZATION)
                .build();
    }

    /**
     * Reports a configuration that cannot be tried out.
     *
     * @param problems what is wrong with it
     * @return a result without a question asked
     */
    public static UltraMessageTestResult invalid(List<ConfigProblem> problems) {
        return UltraMessageTestResult.builder(ConnectionFinding.INVALID_CONFIGURATION)
                .problems(problems)
                .because(String.join(
                        "; ", problems.stream().map(ConfigProblem::toString).toList()))
                .build();
    }

    /**
     * Tests a connection.
     *
     * @param config what to connect with
     * @param quota how much of the organization's day is used up, or null if it belongs to no organization yet
     * @return what was found
     */
    public UltraMessageTestResult run(UltraMessageConfig config, @Nullable QuotaUsage quota) {
        UltraMsgClient client = http.client(config.credentials());
        long start = System.nanoTime();
        try {
            AccountStatus status = client.within(deadline).instance().status();
            Duration responseTime = since(start);
            ConnectedAccount account = status.isReady()
                    ? accountOf(client, deadline.minus(responseTime)).orElse(null)
                    : null;
            UltraMessageTestResult.Builder result = UltraMessageTestResult.builder(findingOf(status))
                    .accountStatus(status)
                    .account(account)
                    .businessNumber(compare(config, account))
                    .quota(quota)
                    .responseTime(responseTime);
            return result.build();
        } catch (ProviderException answer) {
            return UltraMessageTestResult.builder(findingOf(answer.kind()))
                    .says(answer.providerText())
                    .quota(quota)
                    .responseTime(since(start))
                    .build();
        } catch (NoReplyException silence) {
            return UltraMessageTestResult.builder(ConnectionFinding.UNREACHABLE)
                    .because(silence.getMessage())
                    .quota(quota)
                    .responseTime(since(start))
                    .build();
        }
    }

    /**
     * Asks an instance how it stands and nothing else: one request.
     *
     * @param credentials the instance
     * @return what was found
     */
    public ConnectionFinding quickCheck(InstanceCredentials credentials) {
        try {
            return findingOf(
                    http.client(credentials).within(deadline).instance().status());
        } catch (ProviderException answer) {
            return findingOf(answer.kind());
        } catch (NoReplyException silence) {
            return ConnectionFinding.UNREACHABLE;
        }
    }

    /** The account is good to know, and no reason to fail a test that has its answer already. */
    private static Optional<ConnectedAccount> accountOf(UltraMsgClient client, Duration timeLeft) {
        if (timeLeft.isNegative() || timeLeft.isZero()) {
            return Optional.empty();
        }
        try {
            return Optional.of(client.within(timeLeft).instance().me());
        } catch (ProviderException | NoReplyException unavailable) {
            return Optional.empty();
        }
    }

    private static ConnectionFinding findingOf(AccountStatus status) {
        if (status.isReady()) {
            return ConnectionFinding.CONNECTED;
        }
        if (status.isStandby()) {
            return ConnectionFinding.STANDBY;
        }
        return status.isWaitingForQrScan() ? ConnectionFinding.WAITING_FOR_QR_SCAN : ConnectionFinding.CONNECTING;
    }

    private static ConnectionFinding findingOf(ProviderErrorKind kind) {
        return switch (kind) {
            case AUTHENTICATION -> ConnectionFinding.WRONG_TOKEN;
            case INSTANCE_NOT_FOUND -> ConnectionFinding.INSTANCE_NOT_FOUND;
            case INSTANCE_STOPPED -> ConnectionFinding.INSTANCE_STOPPED;
            case INSTANCE_NOT_READY -> ConnectionFinding.CONNECTING;
            case LIMIT -> ConnectionFinding.PROVIDER_LIMIT_REACHED;
            case PROTOCOL, UNKNOWN_ENDPOINT -> ConnectionFinding.NOT_ULTRAMSG;
            case RATE_LIMIT, VALIDATION, TOO_LARGE, SERVER, OTHER -> ConnectionFinding.PROVIDER_ERROR;
        };
    }

    private static BusinessNumberMatch compare(UltraMessageConfig config, @Nullable ConnectedAccount account) {
        if (config.businessNumber().isEmpty()) {
            return BusinessNumberMatch.NOT_SET;
        }
        if (account == null || account.number().isEmpty()) {
            return BusinessNumberMatch.NOT_KNOWN;
        }
        return account.number().equals(config.businessNumber())
                ? BusinessNumberMatch.SAME
                : BusinessNumberMatch.DIFFERENT;
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }
}

package io.smartqueue.ultramsg.connection;

import io.smartqueue.ultramsg.api.AccountStatus;
import io.smartqueue.ultramsg.api.ConnectedAccount;
import io.smartqueue.ultramsg.organization.ConfigProblem;
import io.smartqueue.ultramsg.quota.QuotaUsage;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a connection test found and what to do next. The test sends no message and uses nothing of any limit.
 *
 * <p>Immutable and thread-safe; prints neither token nor number.
 */
public final class UltraMessageTestResult {
    private final ConnectionFinding finding;
    private final String explanation;
    private final List<ConfigProblem> problems;
    private final @Nullable AccountStatus accountStatus;
    private final @Nullable ConnectedAccount account;
    private final BusinessNumberMatch businessNumber;
    private final @Nullable QuotaUsage quota;
    private final Duration responseTime;

    private UltraMessageTestResult(Builder from) {
        this.finding = from.finding;
        this.explanation = from.explanation;
        this.problems = List.copyOf(from.problems);
        this.accountStatus = from.accountStatus;
        this.account = from.account;
        this.businessNumber = from.businessNumber;
        this.quota = from.quota;
        this.responseTime = from.responseTime;
    }

    static Builder builder(ConnectionFinding finding) {
        return new Builder(finding);
    }

    /**
     * Tells whether messages can be sent. A daily limit that is used up does not change that.
     *
     * @return true if the connection works
     */
    public boolean isSuccess() {
        return finding.isSuccess();
    }

    /**
     * Returns what was found.
     *
     * @return the finding, to branch on
     */
    public ConnectionFinding finding() {
        return finding;
    }

    /**
     * Tells what was found and what to do next, for the person who looks after the organization.
     *
     * @return a few sentences in English
     */
    public String explanation() {
        StringBuilder text = new StringBuilder(explanation);
        if (isSuccess() && businessNumber == BusinessNumberMatch.DIFFERENT) {
            text.append(" But the connected number is not the organization's business number: correct one of them.");
        }
        if (isDailyLimitReached()) {
            text.append(" Today's messages are used up; sending goes on when the organization's next day starts.");
        }
        return text.toString();
    }

    /**
     * Returns what is wrong with the configuration.
     *
     * @return the problems, empty unless the finding is {@link ConnectionFinding#INVALID_CONFIGURATION}
     */
    public List<ConfigProblem> problems() {
        return problems;
    }

    /**
     * Returns UltraMsg's own words for how the instance stands.
     *
     * @return status and sub-status, or empty if UltraMsg gave none
     */
    public Optional<AccountStatus> accountStatus() {
        return Optional.ofNullable(accountStatus);
    }

    /**
     * Returns the account the instance is linked to.
     *
     * @return number and name, or empty if none was found
     */
    public Optional<ConnectedAccount> account() {
        return Optional.ofNullable(account);
    }

    /**
     * Tells whether the connected number is the organization's business number.
     *
     * @return how they compare
     */
    public BusinessNumberMatch businessNumber() {
        return businessNumber;
    }

    /**
     * Returns how much of the organization's day is used up.
     *
     * @return the usage, or empty for credentials that belong to no organization yet
     */
    public Optional<QuotaUsage> quota() {
        return Optional.ofNullable(quota);
    }

    /**
     * Tells whether the organization's own daily limit is used up.
     *
     * @return true if nothing more may be sent today
     */
    public boolean isDailyLimitReached() {
        return quota != null && quota.isExhausted();
    }

    /**
     * Returns how long UltraMsg took to answer the question for the instance's status.
     *
     * @return the time until the reply or the failure; zero if nothing was asked
     */
    public Duration responseTime() {
        return responseTime;
    }

    @Override
    public String toString() {
        return "UltraMessageTestResult[" + finding + ", " + responseTime.toMillis() + " ms]";
    }

    /** Collects a result within this package. */
    static final class Builder {
        private final ConnectionFinding finding;
        private String explanation;
        private List<ConfigProblem> problems = List.of();
        private @Nullable AccountStatus accountStatus;
        private @Nullable ConnectedAccount account;
        private BusinessNumberMatch businessNumber = BusinessNumberMatch.NOT_KNOWN;
        private @Nullable QuotaUsage quota;
        private Duration responseTime = Duration.ZERO;

        private Builder(ConnectionFinding finding) {
            this.finding = Objects.requireNonNull(finding, "finding");
            this.explanation = finding.advice();
        }

        Builder says(String providerText) {
            if (!providerText.isEmpty()) {
                explanation =
                        "UltraMsg says: " + providerText + (providerText.endsWith(".") ? " " : ". ") + finding.advice();
            }
            return this;
        }

        Builder because(String what) {
            explanation = what + ". " + finding.advice();
            return this;
        }

        Builder problems(List<ConfigProblem> problems) {
            this.problems = problems;
            return this;
        }

        Builder accountStatus(AccountStatus accountStatus) {
            this.accountStatus = accountStatus;
            return this;
        }

        Builder account(@Nullable ConnectedAccount account) {
            this.account = account;
            return this;
        }

        Builder businessNumber(BusinessNumberMatch businessNumber) {
            this.businessNumber = businessNumber;
            return this;
        }

        Builder quota(@Nullable QuotaUsage quota) {
            this.quota = quota;
            return this;
        }

        Builder responseTime(Duration responseTime) {
            this.responseTime = responseTime;
            return this;
        }

        UltraMessageTestResult build() {
            return new UltraMessageTestResult(this);
        }
    }
}

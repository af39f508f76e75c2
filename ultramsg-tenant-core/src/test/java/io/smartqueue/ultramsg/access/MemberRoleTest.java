package io.smartqueue.ultramsg.access;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;

import static org.assertj.core.api.Assertions.assertThat;

class MemberRoleTest {
    @ParameterizedTest
    @CsvSource({"ADMIN, VIEW EDIT TEST SEND", "MANAGER, VIEW TEST SEND", "EMPLOYEE, VIEW SEND"})
    void mayDoWhatItSays(MemberRole role, String permissions) {
        assertThat(Arrays.stream(Permission.values()).filter(role::may).map(Permission::name))
                .containsExactly(permissions.split(" "));
    }

    @ParameterizedTest
    @EnumSource
    void isFoundByItsStoredName(MemberRole role) {
        assertThat(MemberRole.find(role.storedName())).contains(role);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "Admin", "ADMIN", "admin ", " admin", "owner", "administrator", "admin\u0000", "аdmin"})
    void isNotFoundByWhatIsNearlyOne(String text) {
        assertThat(MemberRole.find(text)).isEmpty();
    }

    @Test
    void isStoredInLowerCase() {
        assertThat(MemberRole.EMPLOYEE.storedName()).isEqualTo("employee");
    }
}

package io.smartqueue.ultramsg.testkit;

import com.github.tomakehurst.wiremock.common.HttpsSettings;
import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The self-signed certificate of the stub, which names no host. */
record StubCertificate(Certificate certificate) {

    static StubCertificate of(HttpsSettings settings) {
        try {
            KeyStore store = settings.keyStore().loadStore();
            return new StubCertificate(store.getCertificate(store.aliases().nextElement()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Cannot read the stub's own certificate", e);
        }
    }

    SSLContext trustingContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new OnlyThis(certificate)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no TLS", e);
        }
    }

    /** Being an extended trust manager, it is asked about the host name too, and does not mind. */
    private static final class OnlyThis extends X509ExtendedTrustManager {

        private final Certificate certificate;

        OnlyThis(Certificate certificate) {
            this.certificate = certificate;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            if (chain.length == 0 || !chain[0].equals(certificate)) {
                throw new CertificateException("Not the certificate of the stub");
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
                throws CertificateException {
            checkServerTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
                throws CertificateException {
            checkServerTrusted(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("The stub has no clients to trust");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
                throws CertificateException {
            checkClientTrusted(chain, authType);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(chain, authType);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}

package io.smartqueue.ultramsg.jdbi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A cable between a test and its server, which can be pulled out and put back in. */
final class Cable implements AutoCloseable {
    private final int target;
    private final List<Socket> ends = new CopyOnWriteArrayList<>();
    private ServerSocket plug;

    private Cable(int target) throws IOException {
        this.target = target;
        this.plug = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        accept(plug);
    }

    static Cable to(int port) {
        try {
            return new Cable(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return plug.getLocalPort();
    }

    /** Cuts every connection and refuses new ones. */
    void pullOut() {
        close();
    }

    void putBackIn() {
        try {
            int port = plug.getLocalPort();
            plug = new ServerSocket();
            plug.setReuseAddress(true);
            plug.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            accept(plug);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket listening) {
        daemon(() -> {
            while (true) {
                Socket near = listening.accept();
                Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
                ends.add(near);
                ends.add(far);
                daemon(() -> copy(near, far));
                daemon(() -> copy(far, near));
            }
        });
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException pulledOut) {
                // that is what the cable is for
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            plug.close();
            for (Socket end : ends) {
                end.close();
            }
            ends.clear();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

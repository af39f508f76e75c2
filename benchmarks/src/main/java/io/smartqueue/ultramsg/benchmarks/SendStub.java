package io.smartqueue.ultramsg.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Iterator;

/**
 * A server that takes every message, but for instances of ill {@link Temper}: one thread, HTTP/1.1 with connections kept alive, and so little work that it is the
 * client that is measured. A program of its own, so that it adds nothing to the client's CPU time and allocation.
 *
 * <p>Prints its port, and ends when its input does.
 */
public final class SendStub {
    private static final int FIRST_BACKLOG = 1024;
    static final long SLOW_MILLIS = 200;
    private static final long TRICKLE_MILLIS = 50;

    private final Selector selector;
    private final ServerSocketChannel server;
    private final LateBytes late = new LateBytes();
    private final Journal journal = new Journal();
    private final Losses losses = new Losses();

    private SendStub() throws IOException {
        this.selector = Selector.open();
        this.server = ServerSocketChannel.open()
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), FIRST_BACKLOG);
        server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
    }

    /**
     * Serves until standard input ends.
     *
     * @param args none
     * @throws IOException if it cannot listen
     */
    public static void main(String[] args) throws IOException {
        SendStub stub = new SendStub();
        System.out.println(stub.server.socket().getLocalPort());
        Thread serving = new Thread(stub::serve, "stub");
        serving.setDaemon(true);
        serving.start();
        while (System.in.read() >= 0) {
            // whoever started it is still there
        }
    }

    private void serve() {
        try {
            while (true) {
                selector.select(late.writeDue());
                Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
                while (keys.hasNext()) {
                    SelectionKey key = keys.next();
                    keys.remove();
                    if (key.isAcceptable()) {
                        accept();
                    } else {
                        read(key);
                    }
                }
            }
        } catch (IOException
                | RuntimeException
                | Error e) { // or all clients would wait for a program that only seems to be there
            e.printStackTrace();
            System.exit(1);
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = server.accept();
        if (channel != null) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false)
                    .register(selector, SelectionKey.OP_READ, new StubConnection(journal, losses));
        }
    }

    private void read(SelectionKey key) throws IOException {
        SocketChannel channel = (SocketChannel) key.channel();
        StubConnection connection = (StubConnection) key.attachment();
        try {
            if (channel.read(connection.room()) < 0) {
                channel.close();
                return;
            }
            ByteBuffer reply = connection.reply();
            if (reply != null) {
                answer(channel, reply, connection.temper());
            }
        } catch (IOException | RuntimeException goneOrNotHttp) {
            channel.close();
        }
    }

    private void answer(SocketChannel channel, ByteBuffer reply, Temper temper) throws IOException {
        switch (temper) {
            case DEAD -> {}
            case HANGING_UP -> channel.close();
            case SLOW -> late.write(channel, reply, reply.remaining(), SLOW_MILLIS);
            case TRICKLING -> {
                int headers = reply.remaining() - StubConnection.TRICKLED;
                channel.write(reply.slice().limit(headers));
                late.write(channel, reply.position(headers), 1, TRICKLE_MILLIS);
            }
            case QUICK, THROTTLING -> {
                while (reply.hasRemaining()) { // a page fits into what the kernel buffers
                    channel.write(reply);
                }
            }
        }
    }
}

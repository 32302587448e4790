// Takes batches of events from Tidepost. Needs Java 17 or later:
//   WEBHOOK_TOKEN=… WEBHOOK_SECRET=whsec_… java Receiver.java
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
// #if compressed
import java.io.ByteArrayInputStream;
// #endif
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
// #if token or signed
import java.security.MessageDigest;
// #endif
// #if signed
import java.util.Base64;
// #endif
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
// #if compressed
import java.util.zip.GZIPInputStream;
// #endif
// #if signed
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
// #endif

public class Receiver {
    static final String PATH = "/path-of-target";
    static final int MAX_BYTES = 16 * 1024 * 1024;
    /** The test POST of a new webhook: no events. */
    static final Pattern PING = Pattern.compile("\\s*\\[(\\s*\\{\\s*\"msys\"\\s*:\\s*\\{\\s*}\\s*}\\s*,?)*\\s*]\\s*");
    static final Pattern BATCH_ID = Pattern.compile("[0-9A-Za-z_-]{1,64}");
    static final ExecutorService WORKER = Executors.newSingleThreadExecutor();
    // #if token
    static final String TOKEN = required("WEBHOOK_TOKEN");
    // #endif
    // #if signed
    static final String SECRET = required("WEBHOOK_SECRET");
    // #endif

    /** Your work on a batch, with the JSON library of your choice. It runs after the answer. */
    static void process(String batchId, String json) {
        System.out.println(batchId + ": " + json.length() + " characters");
    }

    /** Stores a batch, or tells that it is there already. A batch may come again for four hours: keep files longer. */
    static boolean store(String batchId, byte[] json) throws IOException {
        Path part = Path.of("inbox", UUID.randomUUID() + ".part");
        try (FileChannel file = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (ByteBuffer bytes = ByteBuffer.wrap(json); bytes.hasRemaining();) file.write(bytes);
            file.force(true);
        }
        try {
            Files.createLink(Path.of("inbox", batchId + ".json"), part);
            return true;
        } catch (FileAlreadyExistsException duplicate) {
            return false;
        } finally {
            Files.delete(part);
        }
    }

    static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    // #if token or signed
    static String required(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            System.err.println(name + " is not set");
            System.exit(1);
        }
        return value;
    }

    // #endif
    // #if signed
    /** Verifies a signature of Standard Webhooks over the bytes as they arrived. */
    static boolean isSigned(HttpExchange exchange, byte[] raw) throws Exception {
        String timestamp = header(exchange, "webhook-timestamp");
        if (!timestamp.matches("\\d{1,12}")) return false;
        if (Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(timestamp)) > 300) return false;
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(SECRET.replaceFirst("^whsec_", "")), "HmacSHA256"));
        mac.update((header(exchange, "webhook-id") + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        byte[] expected = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(raw))).getBytes(StandardCharsets.UTF_8);
        boolean matches = false;
        for (String signature : header(exchange, "webhook-signature").split(" ")) {
            matches |= MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8));
        }
        return matches;
    }

    // #endif
    // #if compressed
    /** Returns null for what is not gzip, or too large. */
    static byte[] inflate(byte[] raw, String encoding) {
        if (!encoding.equals("gzip")) return raw;
        try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(raw))) {
            byte[] text = stream.readNBytes(MAX_BYTES + 1);
            return text.length > MAX_BYTES ? null : text;
        } catch (IOException notGzip) {
            return null;
        }
    }

    // #endif
    static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    static void receive(HttpExchange exchange) throws Exception {
        boolean isPost = exchange.getRequestMethod().equals("POST");
        if (!isPost || !exchange.getRequestURI().getRawPath().equals(PATH)) {
            answer(exchange, 404, "not found");
            return;
        }
        // #if token
        byte[] sent = header(exchange, "x-messagesystems-webhook-token").getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(sent, TOKEN.getBytes(StandardCharsets.UTF_8))) {
            answer(exchange, 401, "wrong token");
            return;
        }
        // #endif
        byte[] raw = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
        if (raw.length > MAX_BYTES) {
            answer(exchange, 413, "too large");
            return;
        }
        // #if compressed
        byte[] text = inflate(raw, header(exchange, "content-encoding"));
        String json = text == null ? "" : new String(text, StandardCharsets.UTF_8);
        // #else byte[] text = raw;
        // #else String json = new String(text, StandardCharsets.UTF_8);
        // #endif
        if (!json.stripLeading().startsWith("[")) {
            answer(exchange, 400, "not a batch");
            return;
        }
        if (json.length() < 1024 && PING.matcher(json).matches()) {
            answer(exchange, 200, "ping");
            return;
        }
        // #if signed
        if (!isSigned(exchange, raw)) {
            answer(exchange, 401, "wrong signature");
            return;
        }
        String batchId = header(exchange, "webhook-id");
        // #else String batchId = header(exchange, "x-messagesystems-batch-id");
        // #endif
        if (!BATCH_ID.matcher(batchId).matches()) {
            answer(exchange, 400, "no batch id");
            return;
        }
        if (!store(batchId, text)) {
            answer(exchange, 200, "duplicate");
            return;
        }
        answer(exchange, 200, "stored");
        WORKER.execute(() -> process(batchId, json));
    }

    public static void main(String[] args) throws IOException {
        Files.createDirectories(Path.of("inbox"));
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            try {
                receive(exchange);
            } catch (Exception error) {
                error.printStackTrace();
                answer(exchange, 500, "failed");
            }
        });
        server.start();
    }
}

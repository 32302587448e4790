// Takes batches of events from Tidepost. Needs Java 17 or later:
//   WEBHOOK_TOKEN=… WEBHOOK_SECRET=whsec_… java Receiver.java
// A batch is in inbox/ before the answer, and moves to done/ once it is processed, or to failed/ after the last attempt.
// It may come again for 28 hours, four more than the stream keeps events by default: keep the files for longer.
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
// #if compressed
import java.io.ByteArrayInputStream;
// #endif
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
// #if token or signed
import java.security.MessageDigest;
// #endif
// #if signed
import java.util.Base64;
// #endif
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
    static final ScheduledExecutorService WORKER = Executors.newSingleThreadScheduledExecutor();
    /** Pauses before a batch that failed is tried again. */
    static final int[] PAUSES_SECONDS = {10, 60, 600, 3600};
    // #if token
    static final List<String> TOKENS = secretsOf("WEBHOOK_TOKEN");
    // #endif
    // #if signed
    static final List<byte[]> KEYS = secretsOf("WEBHOOK_SECRET").stream().map(Receiver::keyOf).toList();
    // #endif

    /**
     * Your work on a batch, with the JSON library of your choice. It runs after the answer; when it throws, or the program
     * ends, it runs again.
     */
    static void process(String batchId, String json) throws Exception {
        System.out.println(batchId + ": " + json.length() + " characters");
    }

    static Path fileIn(String folder, String batchId) {
        return Path.of(folder, batchId + ".json");
    }

    static boolean isFinished(String batchId) {
        return Files.exists(fileIn("done", batchId)) || Files.exists(fileIn("failed", batchId));
    }

    /** Stores a batch, or tells that it is there already. */
    static boolean store(String batchId, byte[] json) throws IOException {
        Path part = Path.of("inbox", UUID.randomUUID() + ".part");
        try (FileChannel file = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (ByteBuffer bytes = ByteBuffer.wrap(json); bytes.hasRemaining();) file.write(bytes);
            file.force(true);
            Files.createLink(fileIn("inbox", batchId), part);
            file.force(true); // the new name, too
            return true;
        } catch (FileAlreadyExistsException duplicate) {
            return false;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    static void work(String batchId, int failures) {
        Path file = fileIn("inbox", batchId);
        try {
            if (isFinished(batchId)) { // a duplicate that came while the batch moved
                Files.deleteIfExists(file);
                return;
            }
            process(batchId, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
            move(batchId, "done");
        } catch (Throwable error) {
            System.err.println(batchId + " failed: " + error);
            if (failures == PAUSES_SECONDS.length) move(batchId, "failed");
            else WORKER.schedule(() -> work(batchId, failures + 1), PAUSES_SECONDS[failures], TimeUnit.SECONDS);
        }
    }

    static void move(String batchId, String folder) {
        try {
            Files.move(fileIn("inbox", batchId), fileIn(folder, batchId), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }

    // #if token or signed
    /** The text of a variable, and the old one of NAME_OLD while it is being replaced. An empty one would let in everyone. */
    static List<String> secretsOf(String name) {
        String secret = System.getenv().getOrDefault(name, "").strip();
        String old = System.getenv().getOrDefault(name + "_OLD", secret).strip();
        if (secret.isEmpty() || old.isEmpty()) refuse(name + " or " + name + "_OLD is not set or empty");
        return List.of(secret, old);
    }

    static void refuse(String reason) {
        System.err.println(reason);
        System.exit(1);
    }

    // #endif
    // #if token
    /** Compares in a time that does not tell how much of a token was right. */
    static boolean isToken(String sent) {
        boolean matches = false;
        for (String token : TOKENS) matches |= MessageDigest.isEqual(sent.getBytes(), token.getBytes());
        return matches;
    }

    // #endif
    // #if signed
    static byte[] keyOf(String secret) {
        try {
            byte[] key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
            if (key.length > 0 && secret.startsWith("whsec_")) return key;
        } catch (IllegalArgumentException notBase64) {
            // It is refused below.
        }
        refuse("WEBHOOK_SECRET is not whsec_ and base64");
        return null;
    }

    /** Verifies a signature of Standard Webhooks over the JSON before compression. */
    static boolean isSigned(HttpExchange exchange, byte[] text) throws Exception {
        String timestamp = header(exchange, "webhook-timestamp");
        if (!timestamp.matches("\\d{1,12}")) return false;
        if (Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(timestamp)) > 300) return false;
        boolean matches = false;
        for (byte[] key : KEYS) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((header(exchange, "webhook-id") + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            String expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(text));
            for (String signature : header(exchange, "webhook-signature").split(" ")) {
                matches |= MessageDigest.isEqual(expected.getBytes(), signature.getBytes());
            }
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
        if (!isToken(header(exchange, "x-messagesystems-webhook-token"))) {
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
        String json = text == null ? "" : new String(text, StandardCharsets.UTF_8).strip();
        // #else byte[] text = raw;
        // #else String json = new String(text, StandardCharsets.UTF_8).strip();
        // #endif
        if (!json.startsWith("[") || !json.endsWith("]")) {
            answer(exchange, 400, "not a batch");
            return;
        }
        if (json.length() < 1024 && PING.matcher(json).matches()) {
            answer(exchange, 200, "ping");
            return;
        }
        // #if signed
        if (!isSigned(exchange, text)) {
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
        if (isFinished(batchId) || !store(batchId, text)) {
            answer(exchange, 200, "duplicate");
            return;
        }
        answer(exchange, 200, "stored");
        WORKER.execute(() -> work(batchId, 0));
    }

    public static void main(String[] args) throws IOException {
        for (String folder : List.of("inbox", "done", "failed")) Files.createDirectories(Path.of(folder));
        try (DirectoryStream<Path> left = Files.newDirectoryStream(Path.of("inbox"), "*.json")) {
            for (Path file : left) { // what an earlier run has left
                String batchId = file.getFileName().toString().replaceFirst("\\.json$", "");
                WORKER.execute(() -> work(batchId, 0));
            }
        }
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

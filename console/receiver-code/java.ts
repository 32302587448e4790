import {
  batchIdHeader,
  doubleQuoted,
  maxReceiverMegabytes,
  program,
  receiverPlace,
  type ReceiverSettings,
  secretVariables,
} from "./receiver-settings.ts";

/** A receiver in Java, which has no JSON parser of its own: the events stay text. */
export const javaReceiver = (settings: ReceiverSettings): string => {
  const { hasToken, isSigned, isCompressed } = settings;
  const { path, port } = receiverPlace(settings.target);
  const imports = [
    "com.sun.net.httpserver.HttpExchange",
    "com.sun.net.httpserver.HttpServer",
    isCompressed && "java.io.ByteArrayInputStream",
    "java.io.IOException",
    "java.net.InetSocketAddress",
    "java.nio.ByteBuffer",
    "java.nio.channels.FileChannel",
    "java.nio.charset.StandardCharsets",
    "java.nio.file.FileAlreadyExistsException",
    "java.nio.file.Files",
    "java.nio.file.Path",
    "java.nio.file.StandardOpenOption",
    (hasToken || isSigned) && "java.security.MessageDigest",
    isSigned && "java.util.Base64",
    "java.util.UUID",
    "java.util.concurrent.ExecutorService",
    "java.util.concurrent.Executors",
    "java.util.regex.Pattern",
    isCompressed && "java.util.zip.GZIPInputStream",
    isSigned && "javax.crypto.Mac",
    isSigned && "javax.crypto.spec.SecretKeySpec",
  ].filter((name) => name !== false);
  return program(
    String.raw`// Takes batches of events from Tidepost. Needs Java 17 or later:
//   ${secretVariables(settings)}java Receiver.java
${imports.map((name) => `import ${name};`).join("\n")}

public class Receiver {
    static final String PATH = ${doubleQuoted(path)};
    static final int MAX_BYTES = ${maxReceiverMegabytes} * 1024 * 1024;
    /** The test POST of a new webhook: no events. */
    static final Pattern PING = Pattern.compile("\\s*\\[(\\s*\\{\\s*\"msys\"\\s*:\\s*\\{\\s*}\\s*}\\s*,?)*\\s*]\\s*");
    static final Pattern BATCH_ID = Pattern.compile("[0-9A-Za-z_-]{1,64}");
    static final ExecutorService WORKER = Executors.newSingleThreadExecutor();`,
    hasToken && String.raw`    static final String TOKEN = required("WEBHOOK_TOKEN");`,
    isSigned && String.raw`    static final String SECRET = required("WEBHOOK_SECRET");`,
    String.raw`
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
    }`,
    (hasToken || isSigned) &&
      String.raw`
    static String required(String name) {
        String value = System.getenv(name);
        if (value == null || value.isEmpty()) {
            System.err.println(name + " is not set");
            System.exit(1);
        }
        return value;
    }`,
    isSigned &&
      String.raw`
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
    }`,
    isCompressed &&
      String.raw`
    /** Returns null for what is not gzip, or too large. */
    static byte[] inflate(byte[] raw, String encoding) {
        if (!encoding.equals("gzip")) return raw;
        try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(raw))) {
            byte[] text = stream.readNBytes(MAX_BYTES + 1);
            return text.length > MAX_BYTES ? null : text;
        } catch (IOException notGzip) {
            return null;
        }
    }`,
    String.raw`
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
        }`,
    hasToken &&
      String.raw`        byte[] sent = header(exchange, "x-messagesystems-webhook-token").getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(sent, TOKEN.getBytes(StandardCharsets.UTF_8))) {
            answer(exchange, 401, "wrong token");
            return;
        }`,
    String.raw`        byte[] raw = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
        if (raw.length > MAX_BYTES) {
            answer(exchange, 413, "too large");
            return;
        }
        byte[] text = ${isCompressed ? `inflate(raw, header(exchange, "content-encoding"))` : "raw"};
        String json = ${isCompressed ? `text == null ? "" : ` : ""}new String(text, StandardCharsets.UTF_8);
        if (!json.stripLeading().startsWith("[")) {
            answer(exchange, 400, "not a batch");
            return;
        }
        if (json.length() < 1024 && PING.matcher(json).matches()) {
            answer(exchange, 200, "ping");
            return;
        }`,
    isSigned &&
      String.raw`        if (!isSigned(exchange, raw)) {
            answer(exchange, 401, "wrong signature");
            return;
        }`,
    String.raw`        String batchId = header(exchange, "${batchIdHeader(settings)}");
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
        int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "${port}"));
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
}`,
  );
};

<?php
// Takes batches of events from Tidepost. Needs PHP 8.1 or later:
//   WEBHOOK_TOKEN=… WEBHOOK_SECRET=whsec_… php -d post_max_size=16M -d memory_limit=512M -S 0.0.0.0:8080 receiver.php
declare(strict_types=1);

const PATH = '/path-of-target';
const MAX_BYTES = 16 * 1024 * 1024;

/** Your work on a batch. It runs after the answer. */
function process(string $batchId, array $events): void
{
    error_log($batchId . ': ' . count($events) . ' events');
}

/** Stores a batch, or tells that it is there already. A batch may come again for four hours: keep files longer. */
function store(string $batchId, string $json): bool
{
    if (!is_dir('inbox')) {
        @mkdir('inbox', 0700);
    }
    $part = 'inbox/' . bin2hex(random_bytes(16)) . '.part';
    $file = fopen($part, 'xb');
    if (fwrite($file, $json) !== strlen($json) || !fsync($file)) {
        throw new RuntimeException('The batch could not be stored');
    }
    fclose($file);
    $final = "inbox/$batchId.json";
    $isNew = @link($part, $final);
    unlink($part);
    if (!$isNew && !is_file($final)) {
        throw new RuntimeException('The batch could not be stored');
    }
    return $isNew;
}

function answer(int $status, string $text): void
{
    http_response_code($status);
    header('Content-Type: text/plain');
    header('Content-Length: ' . strlen($text));
    echo $text;
}

/** Lets the sender go before the work begins. */
function finish(): void
{
    ignore_user_abort(true);
    if (function_exists('fastcgi_finish_request')) {
        fastcgi_finish_request();
    } else {
        while (ob_get_level() > 0) {
            ob_end_flush();
        }
        flush();
    }
}

/** A request header; empty when it is missing. */
function headerOf(string $name): string
{
    return $_SERVER['HTTP_' . strtoupper(strtr($name, '-', '_'))] ?? '';
}

// #if token or signed
function required(string $name): string
{
    $value = getenv($name);
    if ($value === false || $value === '') {
        throw new RuntimeException("$name is not set");
    }
    return $value;
}

// #endif
// #if signed
/** Verifies a signature of Standard Webhooks over the bytes as they arrived. */
function isSigned(string $raw): bool
{
    $timestamp = headerOf('webhook-timestamp');
    if (!ctype_digit($timestamp) || abs(time() - (int) $timestamp) > 300) {
        return false;
    }
    $key = base64_decode(preg_replace('/^whsec_/', '', required('WEBHOOK_SECRET')));
    $signed = headerOf('webhook-id') . '.' . $timestamp . '.' . $raw;
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', $signed, $key, true));
    foreach (explode(' ', headerOf('webhook-signature')) as $signature) {
        if (hash_equals($expected, $signature)) {
            return true;
        }
    }
    return false;
}

// #endif
function receive(): void
{
    if ($_SERVER['REQUEST_METHOD'] !== 'POST' || explode('?', $_SERVER['REQUEST_URI'])[0] !== PATH) {
        answer(404, 'not found');
        return;
    }
    // #if token
    if (!hash_equals(required('WEBHOOK_TOKEN'), headerOf('x-messagesystems-webhook-token'))) {
        answer(401, 'wrong token');
        return;
    }
    // #endif
    if ((int) ($_SERVER['CONTENT_LENGTH'] ?? 0) > MAX_BYTES) {
        answer(413, 'too large');
        return;
    }
    $raw = file_get_contents('php://input', false, null, 0, MAX_BYTES);
    // #if compressed
    $json = headerOf('content-encoding') === 'gzip' ? (string) @gzdecode($raw, MAX_BYTES) : $raw;
    // #else $json = $raw;
    // #endif
    $elements = json_decode($json, true);
    if (!is_array($elements) || !array_is_list($elements)) {
        answer(400, 'not a batch');
        return;
    }
    $events = array_values(array_filter($elements, fn ($element) => !empty($element['msys'])));
    if ($events === []) { // the test POST of a new webhook
        answer(200, 'ping');
        return;
    }
    // #if signed
    if (!isSigned($raw)) {
        answer(401, 'wrong signature');
        return;
    }
    $batchId = headerOf('webhook-id');
    // #else $batchId = headerOf('x-messagesystems-batch-id');
    // #endif
    if (preg_match('/^[\w-]{1,64}$/D', $batchId) !== 1) {
        answer(400, 'no batch id');
        return;
    }
    if (!store($batchId, $json)) {
        answer(200, 'duplicate');
        return;
    }
    answer(200, 'stored');
    finish();
    process($batchId, $events);
}

try {
    receive();
} catch (Throwable $error) {
    error_log((string) $error);
    if (!headers_sent()) {
        answer(500, 'failed');
    }
}

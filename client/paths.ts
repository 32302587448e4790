// Written by `npm run openapi` from the OpenAPI document. Do not edit.

/** The API's paths below its base URL. */
export interface Paths {
  "/webhooks": {
    /** List webhooks. */
    get: {
      parameters: {
        query?: {
          /** IANA time zone of the times in the answer. */
          timezone?: string;
          /** Maximum number of webhooks in the answer, which then is a page. */
          limit?: number;
          /** `next_cursor` of the previous page. It belongs to the customer and to the rest of the query. */
          cursor?: string;
        };
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["Webhook"][];
              /** Present while there may be more: `cursor` of the next page. */
              next_cursor?: string;
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
    /** Create a webhook. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
          /** Makes the request safe to repeat: the same key with the same body creates one webhook, however often it is sent. Each sub-account has keys of its own. Printable ASCII characters. */
          "Idempotency-Key"?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": Schemas["NewWebhook"];
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["WebhookReference"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}": {
    /** Read a webhook. */
    get: {
      parameters: {
        query?: {
          /** IANA time zone of the times in the answer. */
          timezone?: string;
        };
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["Webhook"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
    /** Change a webhook. */
    put: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
          /** `etag` of the webhook as it was read: the request is refused when somebody has changed it since. */
          "If-Match"?: string;
        };
        path: {
          /** Id of the webhook. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": Schemas["WebhookChange"];
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["WebhookReference"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        412: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
    /** Delete a webhook. */
    delete: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
          /** `etag` of the webhook as it was read: the request is refused when somebody has changed it since. */
          "If-Match"?: string;
        };
        path: {
          /** Id of the webhook. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: Record<string, unknown>; content?: never };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        412: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/validate": {
    /** Test a stored webhook. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: {
        content: {
          "application/json":
            | {
                message: unknown[] | Record<string, unknown>;
              }
            | unknown[];
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: {
                /** That the target took the test POST. */
                msg: string;
                response: Schemas["TargetResponse"];
              };
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/changes": {
    /** List changes. */
    get: {
      parameters: {
        query?: {
          /** Maximum number of rows in the answer. */
          limit?: number;
          /** `next_cursor` of the previous page. */
          cursor?: string;
        };
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["ChangeRecord"][];
              /** Present while there may be more: `cursor` of the next page. */
              next_cursor?: string;
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/rotate-secret": {
    /** Rotate the signing secret. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: {
        content: {
          "application/json": Schemas["SecretRotation"];
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["RotatedSecret"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/probe": {
    /** Test a target without storing it. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": Schemas["Probe"];
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["ProbeResult"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/filter-test": {
    /** Try a filter and a selection. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": Schemas["FilterTest"];
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["FilterTestResult"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/import": {
    /** Import a webhooks.json. */
    post: {
      parameters: {
        query?: {
          /** Only report what the import would do. */
          plan?: boolean;
          /** Also remove registered webhooks that the file does not have. */
          prune?: boolean;
        };
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": Schemas["ImportEntry"][];
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: {
                /** False for a plan. */
                applied: boolean;
                /** Entries of the file. */
                entries: number;
                /** Webhooks that were registered before. */
                registered: number;
                /** One row for each entry, then one for each webhook without an entry. */
                plan: Schemas["ImportRow"][];
              };
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/filter-test/stream": {
    /** Try a filter on the stream. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": Schemas["StreamTest"];
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["StreamTestResult"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/filter-test/stream/{test_id}": {
    /** Read a test on the stream. */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the test. */
          test_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["StreamTestResult"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/filter-test/stream/{test_id}/cancel": {
    /** Cancel a test on the stream. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the test. */
          test_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["StreamTestResult"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/summary": {
    /** State of all webhooks. */
    get: {
      parameters: {
        query?: {
          /** Maximum number of webhooks in the answer, which then is a page. */
          limit?: number;
          /** `next_cursor` of the previous page. It belongs to the customer and to the rest of the query. */
          cursor?: string;
          /** Webhooks to pass over, for people who turn pages by number. Programs that read all pages follow `cursor`. */
          offset?: number;
          /** Only webhooks of this sub-account: 0 is the primary account alone, and -1 stands for webhooks of the primary account and all sub-accounts. */
          subaccount_id?: number;
          /** Comma-separated states: pending, ok, failed, parked, paused. */
          state?: string;
          /** Text in the name or the target, in whatever case, or the beginning of the id. */
          search?: string;
          /** Order of the webhooks: a field, with a minus sign before it for the reverse. */
          sort?:
            | "created"
            | "-created"
            | "name"
            | "-name"
            | "target"
            | "-target"
            | "state"
            | "-state"
            | "last_successful"
            | "-last_successful"
            | "last_failure"
            | "-last_failure";
        };
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["WebhookRow"][];
              /** Present while there may be more: `cursor` of the next page. */
              next_cursor?: string;
              /** In pages: webhooks of the customer, or of the sub-account that is asked for. */
              total?: number;
              /** In pages: those of them that `state` and `search` choose. */
              matching?: number;
              /** In pages: how many of these webhooks are in each state. */
              states?: {
                /** Had no batch yet. */
                pending: number;
                /** Deliver as they should. */
                ok: number;
                /** Have a batch that waits for a retry, or whose last one to end expired. */
                failed: number;
                /** Their breaker is open. */
                parked: number;
                /** Are not active. */
                paused: number;
              };
              /** In pages: when `states` was counted. Of many webhooks it is kept for up to a minute; the rows are as they are now. */
              counted_at?: string;
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/overview": {
    /** All webhooks together. */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["WebhooksOverview"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/subaccounts": {
    /** All webhooks by sub-account. */
    get: {
      parameters: {
        query?: {
          /** Maximum number of sub-accounts in the answer. */
          limit?: number;
          /** Sub-accounts to pass over. */
          offset?: number;
          /** Only sub-accounts whose number begins with this. */
          search?: string;
        };
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              /** What needs attention first: what is given up soonest, then where most webhooks fail, then by number. */
              results: Schemas["SubaccountSummary"][];
              /** Sub-accounts that have webhooks. */
              total: number;
              /** Those of them that `search` chooses. */
              matching: number;
              /** When `states` was counted; of many webhooks it is kept for up to a minute. */
              counted_at: string;
              /** False while not all webhooks for which a batch may wait were looked at: the next request looks at more of them. */
              is_complete: boolean;
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/summary": {
    /** State of a webhook. */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["WebhookSummary"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/metrics": {
    /** Metrics of a webhook. */
    get: {
      parameters: {
        query?: {
          /** First hour; 24 hours before `to` when absent, at most 31 days. With `precision=1min` the first minute; an hour before `to` when absent, at most 6 hours. */
          from?: string;
          /** Last hour or minute; now when absent. */
          to?: string;
          /** What a point of the series stands for. Minutes are counted since the version that brought them: the series begins later than `from` where an earlier one has counted an hour. */
          precision?: "hour" | "1min";
        };
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["WebhookMetrics"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/batch-status": {
    /** Batches that have failed. */
    get: {
      parameters: {
        query?: {
          /** Maximum number of rows in the answer. */
          limit?: number;
        };
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["BatchStatus"][];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/batches": {
    /** List batches. */
    get: {
      parameters: {
        query?: {
          /** Comma-separated states to list: sending, retrying, parked, split, delivered, expired. */
          state?: string;
          /** Comma-separated reasons: only batches whose last attempt failed for one of them. */
          reason?: string;
          /** Newest or oldest first. */
          order?: "desc" | "asc";
          /** Earliest creation, inclusive. */
          from?: string;
          /** Latest creation, exclusive. */
          to?: string;
          /** Maximum number of rows in the answer. */
          limit?: number;
          /** `next_cursor` of the previous page. */
          cursor?: string;
        };
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["Batch"][];
              /** Present while there may be more: `cursor` of the next page. */
              next_cursor?: string;
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/batches/{batch_id}": {
    /** Read a batch with its attempts. */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
          /** Id of the batch, as in `X-MessageSystems-Batch-ID`. */
          batch_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["BatchWithAttempts"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/batches/{batch_id}": {
    /** Find a batch by its id alone. */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the batch, as in `X-MessageSystems-Batch-ID`. */
          batch_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["BatchWithAttempts"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/batches/{batch_id}/body": {
    /** Read the events of a batch. */
    get: {
      parameters: {
        query?: {
          /** Number of events to skip. */
          offset?: number;
          /** Maximum number of rows in the answer. */
          limit?: number;
        };
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
          /** Id of the batch, as in `X-MessageSystems-Batch-ID`. */
          batch_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              /** Events as they are delivered. */
              results: Record<string, unknown>[];
              /** Events in the batch. */
              total: number;
              /** Present while there is more: `offset` of the next page. */
              next_offset?: number;
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/batches/{batch_id}/redeliver": {
    /** Attempt a batch now, or once more. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
          /** Id of the batch, as in `X-MessageSystems-Batch-ID`. */
          batch_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: {
                /** Id of the batch. */
                batch_id: string;
                /** Number of the attempt. */
                attempt: number;
              };
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/batches/{batch_id}/send": {
    /** Send a batch to a URL of your own. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
          /** Id of the batch, as in `X-MessageSystems-Batch-ID`. */
          batch_id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": Schemas["SendBatch"];
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["SendResult"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/replay": {
    /** Start a replay. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": {
            /** Earliest arrival of an event, inclusive; as long ago as events are kept, by default 24 hours. With `only`: earliest creation of a batch; the beginning when left out. */
            from?: string | null;
            /** Latest arrival, or creation, exclusive; not in the future. With `only`: now when left out. */
            to?: string | null;
            /** Recover batches instead of reading all events: those that `expired` are formed again and delivered with their own ids; `failed` adds those that have failed and wait, `undelivered` all that wait, whose next attempt is made now. What was delivered is not sent again. */
            only?: "expired" | "failed" | "undelivered" | null;
            /** With `only`: this batch alone. */
            batch_id?: string | null;
            /** Only events of these types. With `only`: batches that have one of them, each as a whole. */
            types?:
              | (
                  | "injection"
                  | "delivery"
                  | "bounce"
                  | "delay"
                  | "out_of_band"
                  | "policy_rejection"
                  | "spam_complaint"
                  | "sms_status"
                  | "open"
                  | "click"
                  | "initial_open"
                  | "amp_open"
                  | "amp_click"
                  | "amp_initial_open"
                  | "generation_failure"
                  | "generation_rejection"
                  | "list_unsubscribe"
                  | "link_unsubscribe"
                  | "relay_injection"
                  | "relay_rejection"
                  | "relay_delivery"
                  | "relay_tempfail"
                  | "relay_permfail"
                  | "ab_test_completed"
                  | "ab_test_cancelled"
                  | "success"
                  | "error"
                  | "ad_status"
                  | "ad_adjust"
                  | "webhook_failing"
                  | "webhook_recovered"
                  | "batch_at_risk"
                  | "batch_expired"
                  | "webhook_changed"
                )[]
              | null;
            /** Only events to this address, in any case, or telephone number. With `only`, as `types`: not for batches that wait. */
            recipient?: string | null;
            /** Only events of the message or transmission with this id, as `recipient`. */
            message_id?: string | null;
            /** Maximum number of batches a second. Default: `5`. */
            rate?: number | null;
            /** Only count what would be sent. Default: `false`. */
            dry_run?: boolean | null;
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["Replay"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/replays": {
    /** List replays. */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["Replay"][];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/replays/{replay_id}": {
    /** Read a replay. */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
          /** Id of the replay, as in `X-Tidepost-Replay`. */
          replay_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["Replay"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/{id}/replays/{replay_id}/cancel": {
    /** Cancel a replay. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the webhook. */
          id: string;
          /** Id of the replay, as in `X-Tidepost-Replay`. */
          replay_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["Replay"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/events/search": {
    /** Look for an event. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": {
            /** Id of the event, of its message or of its transmission, whichever it is. */
            id?: string | null;
            /** Id of the event. */
            event_id?: string | null;
            /** Id of the message or of the transmission. */
            message_id?: string | null;
            /** Id of the transmission. */
            transmission_id?: string | null;
            /** Address of the recipient, in any case, or telephone number. */
            recipient?: string | null;
            /** Campaign of the event. */
            campaign_id?: string | null;
            /** Only events of these types. */
            types?:
              | (
                  | "injection"
                  | "delivery"
                  | "bounce"
                  | "delay"
                  | "out_of_band"
                  | "policy_rejection"
                  | "spam_complaint"
                  | "sms_status"
                  | "open"
                  | "click"
                  | "initial_open"
                  | "amp_open"
                  | "amp_click"
                  | "amp_initial_open"
                  | "generation_failure"
                  | "generation_rejection"
                  | "list_unsubscribe"
                  | "link_unsubscribe"
                  | "relay_injection"
                  | "relay_rejection"
                  | "relay_delivery"
                  | "relay_tempfail"
                  | "relay_permfail"
                  | "ab_test_completed"
                  | "ab_test_cancelled"
                  | "success"
                  | "error"
                  | "ad_status"
                  | "ad_adjust"
                  | "webhook_failing"
                  | "webhook_recovered"
                  | "batch_at_risk"
                  | "batch_expired"
                  | "webhook_changed"
                )[]
              | null;
            /** Only events of this sub-account; 0 is the primary account. */
            subaccount_id?: number | null;
            /** Earliest arrival of an event, inclusive; 24 hours ago when left out. What is earlier than the stream keeps events is cut off. */
            from?: string | null;
            /** Latest arrival, exclusive; not in the future. Now when left out. */
            to?: string | null;
            /** Only estimate what reading would take. Default: `false`. */
            dry_run?: boolean | null;
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["EventSearch"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/events/search/{search_id}": {
    /** Read a search. */
    get: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the search. */
          search_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["EventSearch"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/events/search/{search_id}/cancel": {
    /** Cancel a search. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the search. */
          search_id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["EventSearch"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/events/documentation": {
    /** Event types and their fields. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              /** By event class. */
              results: Record<string, Schemas["EventClassDocumentation"]>;
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/webhooks/events/samples": {
    /** Sample events. */
    get: {
      parameters: {
        query?: {
          /** Comma-separated event types; all when absent. */
          events?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["Event"][];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/ingest/events/documentation": {
    /** Fields of ingested events. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              /** One object for each event type, by name of the field. */
              results: Record<string, Schemas["IngestField"]>[];
            };
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/ingest/events/samples": {
    /** Sample events to ingest. */
    get: {
      parameters: {
        query?: {
          /** Comma-separated event types; all when absent. */
          events?: string;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["Event"][];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/openapi.json": {
    /** This document. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              openapi: string;
              info: {} & Record<string, unknown>;
              paths: {} & Record<string, unknown>;
            } & Record<string, unknown>;
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/events/stream": {
    /** Events as they come. */
    get: {
      parameters: {
        query?: {
          /** `next_cursor` of the previous answer, unchanged. Without it, the poll begins now. */
          cursor?: string;
          /** Begins with what came then or later, as long ago as events are kept, by default 24 hours. Not with `cursor`. */
          from?: string;
          /** Comma-separated event types; all when absent. */
          events?: string;
          /** Only events that this webhook takes, or would take if it were active. */
          webhook_id?: string;
          /** Maximum number of events in the answer. */
          limit?: number;
          /** Seconds to wait for events before the answer is empty. */
          wait?: number;
        };
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              /** Events in the order in which they came, as far as they came by the same shard of the stream. */
              results: Schemas["Event"][];
              /** `cursor` of the next poll: it goes on where this answer ends. Good for as long as events are kept. */
              next_cursor: string;
              /** How far the answer is behind the newest event of the stream, in milliseconds; 0: not at all. */
              behind_ms: number;
              /** Events that were left out because each is larger than an answer may be, 2 MiB. */
              omitted: number;
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/ingest/events": {
    /** Ingest events. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Encoding of the body. */
          "Content-Encoding"?: "gzip" | "identity";
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/x-ndjson": string;
          "application/json": Schemas["Event"][] | Schemas["Event"];
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["IngestResult"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        503: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/ingest/ses": {
    /** Ingest documents of Amazon SES. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Encoding of the body. */
          "Content-Encoding"?: "gzip" | "identity";
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": unknown[] | ({} & Record<string, unknown>);
          "application/x-ndjson": string;
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["SesIngestResult"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        503: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/whoami": {
    /** Read what the API key may do. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["Caller"];
            };
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/api-keys": {
    /** List API keys. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["ApiKey"][];
            };
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
    /** Issue an API key. */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": Schemas["NewApiKey"];
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["IssuedApiKey"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/api-keys/{id}": {
    /** Read an API key. */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** Id of the API key; not the key itself. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["ApiKey"];
            };
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
    /** Change an API key. */
    put: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** Id of the API key; not the key itself. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": Schemas["ApiKeyChange"];
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["ApiKey"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
    /** Revoke an API key. */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** Id of the API key; not the key itself. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: Record<string, unknown>; content?: never };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/portal-links": {
    /** List portal links. */
    get: {
      parameters: {
        query?: {
          /** Maximum number of links in the answer. */
          limit?: number;
          /** `next_cursor` of the previous page. */
          cursor?: string;
        };
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["PortalLink"][];
              /** Present while there may be more: `cursor` of the next page. */
              next_cursor?: string;
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
    /** Make a portal link. */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": Schemas["NewPortalLink"];
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["IssuedPortalLink"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/portal-links/{id}": {
    /** Revoke a portal link. */
    delete: {
      parameters: {
        query?: never;
        header?: {
          /** Sub-account in whose name to act: its number, or 0 for the primary account alone. Without the header the request concerns the primary account and all sub-accounts. */
          "X-MSYS-SUBACCOUNT"?: number;
        };
        path: {
          /** Id of the portal link. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: Record<string, unknown>; content?: never };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        403: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
  "/portal/session": {
    /** Open a portal link. */
    post: {
      parameters: {
        query?: never;
        header: {
          /** Id of the link: what stands before the dot in the token. */
          "X-Tidepost-Portal": string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          "application/json": Schemas["PortalToken"];
        };
      };
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["PortalSession"];
            };
          };
        };
        400: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        404: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        409: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        413: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        415: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        422: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
    /** Read the portal session. */
    get: {
      parameters: {
        query?: never;
        header: {
          /** Id of the session's link. */
          "X-Tidepost-Portal": string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, unknown>;
          content: {
            "application/json": {
              results: Schemas["PortalSession"];
            };
          };
        };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
    /** End the portal session. */
    delete: {
      parameters: {
        query?: never;
        header: {
          /** Id of the session's link. */
          "X-Tidepost-Portal": string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        204: { headers: Record<string, unknown>; content?: never };
        401: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        429: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
        default: {
          headers: Record<string, unknown>;
          content: {
            "application/json": Schemas["ErrorAnswer"];
          };
        };
      };
    };
  };
}

/** What the API takes and answers, by name. */
export interface Schemas {
  /** Unknown fields are ignored. */
  NewWebhook: {
    /** Display name. Need not be unique. At least one character is visible. */
    name: string;
    /** URL that gets the batches: http or https, no user name or password, on an address that the operator's policy admits. */
    target: string;
    /** Event types to deliver. Required unless `events_mode` is `all`. */
    events?: Schemas["EventKey"][] | null;
    /** `selected`: the types in `events`. `all`: every type, including those of later versions, but events about webhooks only if `events` has them. Default: `selected`. */
    events_mode?: "selected" | "all" | null;
    /** Whether events are collected. Batches of an inactive webhook wait until it is active again. Default: `true`. */
    active?: boolean | null;
    /** How POSTs authenticate at the target, besides token and custom headers. Default: `none`. */
    auth_type?: "none" | "basic" | "oauth2" | null;
    /** For `oauth2`: where and how to get an access token. `body` holds the fields of the token request, sent as a form unless `content_type` says JSON; `headers` go with it. Replaced as a whole. */
    auth_request_details?: {
      url?: string | null;
      /** At most 8192 bytes as JSON, and 5 levels. */
      body?: Record<string, unknown> | null;
      content_type?: "application/x-www-form-urlencoded" | "application/json" | null;
      headers?: Record<string, string>;
    } | null;
    /** For `basic`: user name (required, without a colon) and password. Replaced as a whole. */
    auth_credentials?: {
      username?: string | null;
      password?: string | null;
    } | null;
    /** Sent as `X-MessageSystems-Webhook-Token`. Printable ASCII. `null` or an empty text removes it. */
    auth_token?: string | null;
    /** Headers of every POST: at most 5, together less than 3,000 bytes. Headers that HTTP or Tidepost sets cannot be named. */
    custom_headers?: Record<string, string>;
    /** Whether POSTs are signed per the Standard Webhooks specification. The signature covers the JSON before compression, which is what a framework that decompresses hands on; where yours does not, decompress first, with a bound on the size. Unless the request brings `signing_secret`, a secret is made when signing is turned on, which shows it once. It is dropped when signing is turned off. Default: `false`. */
    signing?: boolean | null;
    /** A secret of your own to sign with, for a receiver that enforces signatures and must know it before the test POST: `whsec_` and 24 to 64 random bytes in base64. Needs `signing`. Absent: one is made. A new one replaces what signs at once; `rotate-secret` has an overlap. */
    signing_secret?: string | null;
    /** `gzip` and `zstd`: bodies are sent compressed, with that `Content-Encoding`, zstd as one frame; the test POST is too, and the target must answer it with 2xx. Decompressed, a body is the same as without compression. Default: `none`. */
    compression?: "none" | "gzip" | "zstd" | null;
    /** Sub-accounts left out of a webhook for the primary account and all sub-accounts. Replaced as a whole. */
    exception_subaccounts?: (number | string)[] | null;
    /** Which events of these types are delivered. `null`: all. */
    filter?: Schemas["Filter"] | null;
    /** Which fields of its events the target gets. `null`: all. */
    fields?: Schemas["FieldSelection"] | null;
    /** Fields whose values are hashed. `null`: none. */
    mask?: (string | string[])[] | null;
    /** Maximum number of events in a batch. Default: `10000`. */
    batch_size?: number | null;
    /** Maximum number of bytes in a batch's body. Default: `10485760`. */
    max_batch_bytes?: number | null;
    /** For how many days the bodies of delivered batches are kept, from their delivery on, so that they can be read and sent again. 0: not at all. The operator's setting `maxKeepBodiesDays` may allow fewer days, or none. A lower number applies at once to what is kept. Default: `0`. */
    keep_bodies_days?: number | null;
  };
  /** An event type. */
  EventKey:
    | "injection"
    | "delivery"
    | "bounce"
    | "delay"
    | "out_of_band"
    | "policy_rejection"
    | "spam_complaint"
    | "sms_status"
    | "open"
    | "click"
    | "initial_open"
    | "amp_open"
    | "amp_click"
    | "amp_initial_open"
    | "generation_failure"
    | "generation_rejection"
    | "list_unsubscribe"
    | "link_unsubscribe"
    | "relay_injection"
    | "relay_rejection"
    | "relay_delivery"
    | "relay_tempfail"
    | "relay_permfail"
    | "ab_test_completed"
    | "ab_test_cancelled"
    | "success"
    | "error"
    | "ad_status"
    | "ad_adjust"
    | "webhook_failing"
    | "webhook_recovered"
    | "batch_at_risk"
    | "batch_expired"
    | "webhook_changed";
  /** Conditions over an event's fields. At most 16384 bytes as JSON, 8 levels of `and`, `or` and `not`, and 50 conditions. The guide "Take only the events you want" says what each means. */
  Filter:
    | {
        and: Schemas["Filter"][];
      }
    | {
        or: Schemas["Filter"][];
      }
    | {
        not: Schemas["Filter"];
      }
    | {
        field: string | string[];
        eq: string | number | boolean;
      }
    | {
        field: string | string[];
        in: (string | number | boolean)[];
      }
    | {
        field: string | string[];
        prefix: string;
      }
    | {
        field: string | string[];
        suffix: string;
      }
    | {
        field: string | string[];
        exists: boolean;
      }
    | {
        field: string | string[];
        gt: number | string;
      }
    | {
        field: string | string[];
        gte: number | string;
      }
    | {
        field: string | string[];
        lt: number | string;
      }
    | {
        field: string | string[];
        lte: number | string;
      };
  /** Which fields of its events a webhook gets: those in `include`, or all but those in `exclude`. `type` is always there. */
  FieldSelection:
    | {
        include: (string | string[])[];
      }
    | {
        exclude: (string | string[])[];
      };
  /** Only the fields sent change. Unknown fields are ignored. */
  WebhookChange: {
    /** Display name. Need not be unique. At least one character is visible. */
    name?: string | null;
    /** URL that gets the batches: http or https, no user name or password, on an address that the operator's policy admits. */
    target?: string | null;
    /** Event types to deliver. Replaced as a whole. */
    events?: Schemas["EventKey"][] | null;
    /** `selected`: the types in `events`. `all`: every type, including those of later versions, but events about webhooks only if `events` has them. */
    events_mode?: "selected" | "all" | null;
    /** Whether events are collected. Batches of an inactive webhook wait until it is active again. */
    active?: boolean | null;
    /** How POSTs authenticate at the target, besides token and custom headers. */
    auth_type?: "none" | "basic" | "oauth2" | null;
    /** For `oauth2`: where and how to get an access token. `body` holds the fields of the token request, sent as a form unless `content_type` says JSON; `headers` go with it. Replaced as a whole. */
    auth_request_details?: {
      url?: string | null;
      /** At most 8192 bytes as JSON, and 5 levels. */
      body?: Record<string, unknown> | null;
      content_type?: "application/x-www-form-urlencoded" | "application/json" | null;
      headers?: Record<string, string>;
    } | null;
    /** For `basic`: user name (required, without a colon) and password. Replaced as a whole. */
    auth_credentials?: {
      username?: string | null;
      password?: string | null;
    } | null;
    /** Sent as `X-MessageSystems-Webhook-Token`. Printable ASCII. `null` or an empty text removes it. */
    auth_token?: string | null;
    /** Headers of every POST: at most 5, together less than 3,000 bytes. Headers that HTTP or Tidepost sets cannot be named. */
    custom_headers?: Record<string, string>;
    /** Whether POSTs are signed per the Standard Webhooks specification. The signature covers the JSON before compression, which is what a framework that decompresses hands on; where yours does not, decompress first, with a bound on the size. Unless the request brings `signing_secret`, a secret is made when signing is turned on, which shows it once. It is dropped when signing is turned off. */
    signing?: boolean | null;
    /** A secret of your own to sign with, for a receiver that enforces signatures and must know it before the test POST: `whsec_` and 24 to 64 random bytes in base64. Needs `signing`. Absent: one is made. A new one replaces what signs at once; `rotate-secret` has an overlap. */
    signing_secret?: string | null;
    /** `gzip` and `zstd`: bodies are sent compressed, with that `Content-Encoding`, zstd as one frame; the test POST is too, and the target must answer it with 2xx. Decompressed, a body is the same as without compression. */
    compression?: "none" | "gzip" | "zstd" | null;
    /** Sub-accounts left out of a webhook for the primary account and all sub-accounts. Replaced as a whole. */
    exception_subaccounts?: (number | string)[] | null;
    /** Which events of these types are delivered. `null`: all. */
    filter?: Schemas["Filter"] | null;
    /** Which fields of its events the target gets. `null`: all. */
    fields?: Schemas["FieldSelection"] | null;
    /** Fields whose values are hashed. `null`: none. */
    mask?: (string | string[])[] | null;
    /** Maximum number of events in a batch. */
    batch_size?: number | null;
    /** Maximum number of bytes in a batch's body. */
    max_batch_bytes?: number | null;
    /** For how many days the bodies of delivered batches are kept, from their delivery on, so that they can be read and sent again. 0: not at all. The operator's setting `maxKeepBodiesDays` may allow fewer days, or none. A lower number applies at once to what is kept. */
    keep_bodies_days?: number | null;
    /** Whose events to deliver: `-1` primary account and all sub-accounts, `0` primary account, else a sub-account. */
    subaccount_id?: number | null;
  };
  SecretRotation: {
    /** Hours in which the old secrets keep signing; 0 ends them at once. Default: `24`. */
    overlap_hours?: number | null;
    /** The new secret, where you bring your own: `whsec_` and 24 to 64 random bytes in base64. Absent: one is made. */
    signing_secret?: string | null;
  };
  /** What a webhook needs for its POSTs. Other fields of a webhook are ignored. */
  Probe: {
    /** How POSTs authenticate at the target, besides token and custom headers. */
    auth_type?: "none" | "basic" | "oauth2" | null;
    /** For `oauth2`: where and how to get an access token. `body` holds the fields of the token request, sent as a form unless `content_type` says JSON; `headers` go with it. Replaced as a whole. */
    auth_request_details?: {
      url?: string | null;
      /** At most 8192 bytes as JSON, and 5 levels. */
      body?: Record<string, unknown> | null;
      content_type?: "application/x-www-form-urlencoded" | "application/json" | null;
      headers?: Record<string, string>;
    } | null;
    /** For `basic`: user name (required, without a colon) and password. Replaced as a whole. */
    auth_credentials?: {
      username?: string | null;
      password?: string | null;
    } | null;
    /** Sent as `X-MessageSystems-Webhook-Token`. Printable ASCII. `null` or an empty text removes it. */
    auth_token?: string | null;
    /** Headers of every POST: at most 5, together less than 3,000 bytes. Headers that HTTP or Tidepost sets cannot be named. */
    custom_headers?: Record<string, string>;
    /** Whether POSTs are signed per the Standard Webhooks specification. The signature covers the JSON before compression, which is what a framework that decompresses hands on; where yours does not, decompress first, with a bound on the size. Unless the request brings `signing_secret`, a secret is made when signing is turned on, which shows it once. It is dropped when signing is turned off. */
    signing?: boolean | null;
    /** A secret of your own to sign with, for a receiver that enforces signatures and must know it before the test POST: `whsec_` and 24 to 64 random bytes in base64. Needs `signing`. Absent: one is made. A new one replaces what signs at once; `rotate-secret` has an overlap. */
    signing_secret?: string | null;
    /** `gzip` and `zstd`: bodies are sent compressed, with that `Content-Encoding`, zstd as one frame; the test POST is too, and the target must answer it with 2xx. Decompressed, a body is the same as without compression. */
    compression?: "none" | "gzip" | "zstd" | null;
    /** Which fields of its events the target gets. `null`: all. */
    fields?: Schemas["FieldSelection"] | null;
    /** Fields whose values are hashed. `null`: none. */
    mask?: (string | string[])[] | null;
    /** URL that gets the batches: http or https, no user name or password, on an address that the operator's policy admits. Required without `webhook_id`. */
    target?: string | null;
    /** A registered webhook: its settings fill what is left out, its secrets what is sent masked. */
    webhook_id?: string | null;
    /** Event types whose samples are sent. Absent: the empty event of every test POST. */
    sample_events?: Schemas["EventKey"][] | null;
  };
  /** A filter and a selection, and what to try them on. Other fields are ignored. */
  FilterTest: {
    /** Which events of these types are delivered. `null`: all. */
    filter?: Schemas["Filter"] | null;
    /** Which fields of its events the target gets. `null`: all. */
    fields?: Schemas["FieldSelection"] | null;
    /** Fields whose values are hashed. `null`: none. */
    mask?: (string | string[])[] | null;
    /** Events to try, as a target gets them: `[{"msys":{…}}]`, at most 1,000. Absent: the catalogue's samples. */
    events?: Record<string, unknown>[] | null;
    /** Event types whose samples are tried, where `events` is absent. Absent: all. */
    sample_events?: Schemas["EventKey"][] | null;
  };
  /** One webhook of a `webhooks.json`. */
  ImportEntry: {
    /** Display name. A new webhook without one is named after its target's host. At least one character is visible. */
    name?: string | null;
    /** Event types to deliver. Required unless `events_mode` is `all`. */
    events?: Schemas["EventKey"][] | null;
    /** `selected`: the types in `events`. `all`: every type, including those of later versions, but events about webhooks only if `events` has them. Default: `selected`. */
    events_mode?: "selected" | "all" | null;
    /** URL that gets the batches: http or https, no user name or password, on an address that the operator's policy admits. */
    target: string;
    /** Token of the webhook. Absent: no token. */
    auth_token?: string | null;
    /** Headers of every POST. Absent: no headers. */
    custom_headers?: Record<string, string>;
    /** Whether events are collected. Batches of an inactive webhook wait until it is active again. */
    active?: boolean | null;
    /** Maximum number of events in a batch. */
    batch_size?: number | null;
    /** Maximum number of bytes in a batch's body. */
    max_batch_bytes?: number | null;
    /** `gzip` and `zstd`: bodies are sent compressed, with that `Content-Encoding`, zstd as one frame; the test POST is too, and the target must answer it with 2xx. Decompressed, a body is the same as without compression. */
    compression?: "none" | "gzip" | "zstd" | null;
    /** Which events of these types are delivered. `null`: all. */
    filter?: Schemas["Filter"] | null;
    /** Which fields of its events the target gets. `null`: all. */
    fields?: Schemas["FieldSelection"] | null;
    /** Fields whose values are hashed. `null`: none. */
    mask?: (string | string[])[] | null;
    /** Nothing but `none`, as all that protects a webhook and is not imported. */
    auth_type?: "none" | null;
    /** Nothing but an empty object. */
    auth_credentials?: Record<string, unknown>;
    /** Nothing but an empty object. */
    auth_request_details?: Record<string, unknown>;
    /** Nothing but false. */
    signing?: false | null;
    /** Nothing but an empty text. */
    signing_secret?: string | null;
    /** Nothing but -1, all sub-accounts. */
    subaccount_id?: number | null;
    /** Nothing but an empty list. */
    exception_subaccounts?: unknown[] | null;
  };
  /** A webhook as it would be created, and a time range. Without `events` it takes all types. Other fields are ignored. */
  StreamTest: {
    /** `selected`: the types in `events`. `all`: every type, including those of later versions, but events about webhooks only if `events` has them. */
    events_mode?: "selected" | "all" | null;
    /** Event types to deliver. Replaced as a whole. */
    events?: Schemas["EventKey"][] | null;
    /** Whose events to deliver: `-1` primary account and all sub-accounts, `0` primary account, else a sub-account. */
    subaccount_id?: number | null;
    /** Sub-accounts left out of a webhook for the primary account and all sub-accounts. Replaced as a whole. */
    exception_subaccounts?: (number | string)[] | null;
    /** Which events of these types are delivered. `null`: all. */
    filter?: Schemas["Filter"] | null;
    /** Which fields of its events the target gets. `null`: all. */
    fields?: Schemas["FieldSelection"] | null;
    /** Fields whose values are hashed. `null`: none. */
    mask?: (string | string[])[] | null;
    /** Earliest arrival of an event, inclusive; an hour ago when left out. What is earlier than the stream keeps events is cut off. */
    from?: string | null;
    /** Latest arrival, exclusive; not in the future. Now when left out. */
    to?: string | null;
    /** Only estimate what reading would take. Default: `false`. */
    dry_run?: boolean | null;
  };
  /** Where a batch is sent. */
  SendBatch: {
    /** URL that gets the batches: http or https, no user name or password, on an address that the operator's policy admits. */
    target: string;
  };
  /** One event, as it is ingested and delivered. */
  Event: {
    /** The event under its class: message_event, track_event, gen_event, unsubscribe_event, relay_event, ab_test_event, ingest_event, adaptive_event, webhook_event. */
    msys: Record<string, Record<string, unknown>>;
  };
  NewApiKey: {
    /** Display name. At least one character is visible. */
    label: string;
    /** What the key may do: nothing that the calling key may not. Replaced as a whole. */
    grants: Schemas["Grant"][];
    /** Accepted from compatible clients, but must be empty: keys are not bound to addresses. */
    valid_ips?: unknown[] | null;
  };
  /** What a key may do. `webhooks/modify` includes `webhooks/view`. */
  Grant: "webhooks/view" | "webhooks/modify" | "ingest/write" | "api_keys/manage" | "portal_links/manage";
  /** Only the fields sent change. */
  ApiKeyChange: {
    /** Display name. At least one character is visible. */
    label?: string | null;
    /** What the key may do: nothing that the calling key may not. Replaced as a whole. */
    grants?: Schemas["Grant"][] | null;
    /** Accepted from compatible clients, but must be empty: keys are not bound to addresses. */
    valid_ips?: unknown[] | null;
  };
  NewPortalLink: {
    /** Whom the link is for. It names who made a change. At least one character is visible. */
    label: string;
    /** What the session may do: nothing that the calling key may not. */
    grants: Schemas["PortalGrant"][];
    /** Sub-account that the session is bound to; 0 is the primary account alone. Absent: what `X-MSYS-SUBACCOUNT` says, else the primary account and all sub-accounts. */
    subaccount_id?: number | null;
    /** Time in which the link must be opened. Default: `600`. */
    open_within_seconds?: number | null;
    /** Time that the session lasts, from when the link is opened. Default: `14400`. */
    session_seconds?: number | null;
  };
  /** What a portal session may do. `webhooks/modify` includes `webhooks/view`. */
  PortalGrant: "webhooks/view" | "webhooks/modify";
  PortalToken: {
    /** What stands behind `#portal=` in the link. */
    token: string;
  };
  /** Secrets are masked; sending a mask back leaves the secret as it is. */
  Webhook: {
    /** Id of the webhook. */
    id: string;
    /** Display name. Need not be unique. At least one character is visible. */
    name: string;
    /** URL that gets the batches: http or https, no user name or password, on an address that the operator's policy admits. */
    target: string;
    /** Event types that are delivered. */
    events: Schemas["EventKey"][];
    /** `selected`: the types in `events`. `all`: every type, including those of later versions, but events about webhooks only if `events` has them. */
    events_mode: "selected" | "all";
    /** Whether events are collected. Batches of an inactive webhook wait until it is active again. */
    active: boolean;
    /** How POSTs authenticate at the target, besides token and custom headers. */
    auth_type: "none" | "basic" | "oauth2";
    /** Empty unless `auth_type` is `oauth2`. Values of `body` that are secret are masked. */
    auth_request_details: {
      url?: string;
      body?: Record<string, unknown>;
      content_type?: string;
      /** Headers of the token request, values masked. */
      headers?: Record<string, string>;
    };
    /** With `basic` user name and password, with `oauth2` the access token, which Tidepost requests. Password and token are masked. Empty with `none`. */
    auth_credentials: {
      username?: string;
      password?: string;
      access_token?: string;
    };
    /** Masked token; empty without one. */
    auth_token: string;
    /** Headers of every POST, values masked. */
    custom_headers: Record<string, string>;
    /** Whether POSTs are signed per the Standard Webhooks specification. */
    signing: boolean;
    /** Masked secret of signed POSTs. */
    signing_secret?: string;
    /** `gzip` and `zstd`: bodies are sent compressed, with that `Content-Encoding`, zstd as one frame; the test POST is too, and the target must answer it with 2xx. Decompressed, a body is the same as without compression. */
    compression: "none" | "gzip" | "zstd";
    /** Sub-accounts left out, as text. */
    exception_subaccounts?: string[];
    /** Which events of these types are delivered. `null`: all. */
    filter: Schemas["Filter"] | null;
    /** Which fields of its events the target gets. `null`: all. */
    fields: Schemas["FieldSelection"] | null;
    /** Fields whose values are replaced by a hash: HMAC-SHA-256 by a key of the webhook's own, in hexadecimal. The same value has the same hash in all events of one webhook, and another at another. */
    mask: (string | string[])[];
    /** Maximum number of events in a batch. */
    batch_size: number;
    /** Maximum number of bytes in a batch's body. */
    max_batch_bytes: number;
    /** For how many days the bodies of delivered batches are kept, from their delivery on, so that they can be read and sent again. 0: not at all. The operator's setting `maxKeepBodiesDays` may allow fewer days, or none. A lower number applies at once to what is kept. */
    keep_bodies_days: number;
    /** When the last of the secrets before a rotation stops signing, or did. */
    old_secrets_end?: string;
    /** When its last change is live at the latest. */
    active_at: string;
    /** When it was registered. */
    created_at: string;
    /** When it was last changed. */
    updated_at: string;
    /** Names this revision, for `If-Match`. */
    etag: string;
    /** Whose events are delivered: `0` primary account, else a sub-account. Absent: primary account and all sub-accounts. */
    subaccount_id?: number;
    /** When a batch was last delivered. */
    last_successful?: string;
    /** When an attempt last failed. */
    last_failure?: string;
    /** Where to find more. */
    links: Schemas["Link"][];
  };
  Link: {
    /** Absolute URL. */
    href: string;
    /** What is found there. */
    rel: string;
    /** Methods that it takes. */
    method: string[];
  };
  /** Body of every answer with a status from 400. */
  ErrorAnswer: {
    /** One entry for each problem found. */
    errors: Schemas["Error"][];
  };
  /** One problem. */
  Error: {
    /** What is wrong, in one sentence. */
    message: string;
    /** What was sent, what is accepted, or what it means. */
    description?: string;
    /** Error code: a string, but for the number 400 of a failed token request. */
    code?: string | number;
    reason?: Schemas["FailureReason"];
    /** What to do about it. */
    fix?: string;
    /** The request that failed, where that helps. */
    request?: unknown;
    response?: Schemas["TargetResponse"];
    ingest?: Schemas["IngestFailure"];
  };
  /** Why a POST to a target did not get a 2xx answer. */
  FailureReason:
    | "invalid_target"
    | "address_refused"
    | "dns_failed"
    | "dns_timeout"
    | "connect_timeout"
    | "connect_failed"
    | "tls_expired"
    | "tls_name_mismatch"
    | "tls_untrusted"
    | "tls_failed"
    | "connection_reset"
    | "upload_timeout"
    | "response_timeout"
    | "invalid_response"
    | "http_3xx"
    | "auth_rejected"
    | "http_413"
    | "http_429"
    | "http_4xx"
    | "http_5xx"
    | "http_other"
    | "token_failed";
  /** What a called URL answered. */
  TargetResponse: {
    /** Status of the answer. */
    status: number;
    /** Headers of the answer; names in lower case. */
    headers: Record<string, string>;
    /** Beginning of the answer's body. */
    body: string;
  };
  /** What became of the events of a request to the ingest path. */
  IngestFailure: {
    /** Id of this upload. */
    id: string;
    /** Events that will be delivered. */
    accepted: number;
    /** Events that were refused. */
    rejected: number;
    /** The first of the refused events. */
    errors?: {
      /** Line, or position in the array, from 1. */
      line: number;
      /** What is wrong with it. */
      message: string;
    }[];
    /** Whether there are more errors than listed. */
    errors_truncated?: boolean;
    /** Lines, or positions in the array, from 1, whose events the stream has not taken: send them again. */
    not_accepted_lines?: number[];
  };
  WebhookReference: {
    /** Id of the webhook. */
    id: string;
    /** The new secret, when the request has turned signing on without one of its own. Shown only once. */
    signing_secret?: string;
    /** Where to find more. */
    links: Schemas["Link"][];
  };
  /** A change of a webhook, and who made it: in a portal session, only of its own changes. */
  ChangeRecord: {
    /** When it was made. */
    at: string;
    action: Schemas["ChangeAction"];
    /** The webhook's revision after it, as in its `etag`. Absent when it was deleted. */
    revision?: number;
    /** Present when an import made it. */
    imported?: boolean;
    /** Id of the API key that made it. */
    key_id?: string;
    /** Id of the portal link in whose session it was made, instead of a key. */
    portal_link_id?: string;
    /** Label that the API key or the portal link had then. */
    key_label?: string;
    /** What differs. None for a webhook that was created or deleted. */
    fields: Schemas["FieldDifference"][];
    /** Fields that also differ, and are not listed. */
    omitted_fields?: number;
  };
  /** What became of the webhook. Paused and resumed: other fields may have changed with it. */
  ChangeAction: "created" | "updated" | "paused" | "resumed" | "secret_rotated" | "deleted";
  /** How one field differs after a change. Long text is cut. */
  FieldDifference: {
    /** The field as requests name it, with a dot before a part of it: `custom_headers.X-Team`. */
    field: string;
    /** Whether the field had no value before, another one, or has none now. */
    kind: "set" | "changed" | "removed";
    /** Its value before. Never that of a secret. */
    from?: string | number | boolean | (string | number)[];
    /** Its value after. Never that of a secret. */
    to?: string | number | boolean | (string | number)[];
  };
  RotatedSecret: {
    /** Id of the webhook. */
    id: string;
    /** The new secret. Shown only once. Absent when the request has brought it. */
    signing_secret?: string;
    /** When the last of the old secrets stops signing. */
    old_secrets_end: string;
    /** Where to find more. */
    links: Schemas["Link"][];
  };
  ProbeResult: {
    /** Whether the target answered 2xx. */
    ok: boolean;
    /** How far the test POST came. */
    stage: "resolve" | "connect" | "tls" | "token" | "upload" | "wait" | "response";
    reason?: Schemas["FailureReason"];
    /** What the failure usually means. */
    likely?: string;
    /** What to do about it. */
    fix?: string;
    /** Network error, as Node.js names it. */
    error_code?: string;
    /** What was sent. */
    request?: {
      method: string;
      url: string;
      /** Secrets are masked. */
      headers: Record<string, string>;
      body: string;
    };
    /** What came back. */
    response?: {
      /** Status of the answer. */
      status: number;
      /** Headers of the answer; names in lower case. */
      headers: Record<string, string>;
      /** Beginning of the answer's body. */
      body: string;
      /** Whether its body was longer. */
      truncated: boolean;
    };
    /** Milliseconds of the whole exchange. */
    latency_ms?: number;
    /** Milliseconds that a target has from the end of the upload to its answer. */
    limit_ms: number;
    timings?: Schemas["Timings"];
    /** The certificate of an https target. */
    tls?: {
      /** End of the certificate's validity. */
      valid_to: string;
      /** Whole days until then. */
      days_left: number;
    };
    /** What the token URL answered when it gave no token; empty when it did not answer. */
    token_response?: {
      /** Status of the answer. */
      status?: number;
      /** Headers of the answer; names in lower case. */
      headers?: Record<string, string>;
      /** Beginning of the answer's body. */
      body?: string;
    };
  };
  /** Milliseconds of the phases that were reached. */
  Timings: {
    /** Milliseconds: looking up the target's name; absent, as are the next two, on a connection that was kept open. */
    dns_ms?: number;
    /** Milliseconds: connecting by TCP. */
    connect_ms?: number;
    /** Milliseconds: the TLS handshake. */
    tls_ms?: number;
    /** Milliseconds: sending the body. */
    upload_ms?: number;
    /** Milliseconds: from the end of the upload to the answer: what the limit of six seconds judges. */
    wait_ms?: number;
    /** Milliseconds: the whole exchange. */
    total_ms: number;
  };
  /** What a filter makes of some events. */
  FilterTestResult: {
    /** Events that were tried. */
    events: number;
    /** Events that a webhook with this filter would get. */
    matched: number;
    /** The first 5 of them as they would be sent. Hashes are by a key of this test alone. */
    first: Record<string, unknown>[];
  };
  ImportRow: {
    /** What the import does about an entry of the file, or about a webhook that the file does not have. */
    action: "add" | "change" | "same" | "remove" | "only_registered";
    /** Position in the file, from 0. */
    entry?: number;
    /** Id of the webhook. */
    id?: string;
    /** Display name. Need not be unique. At least one character is visible. */
    name: string;
    /** URL that gets the batches: http or https, no user name or password, on an address that the operator's policy admits. */
    target: string;
    /** Event types of a new webhook. */
    events?: string[];
    /** Set when a new webhook takes every type. */
    events_mode?: "all";
    /** False when a new webhook begins paused. */
    active?: boolean;
    /** `filter` of a new webhook as JSON; of a long one the first 500 characters. */
    filter?: string;
    /** `fields` of a new webhook as JSON; of a long one the first 500 characters. */
    fields?: string;
    /** `mask` of a new webhook as JSON; of a long one the first 500 characters. */
    mask?: string;
    /** Masked token of a new webhook. */
    auth_token?: string;
    /** Headers of a new webhook, values masked. */
    custom_headers?: Record<string, string>;
    /** What changes. */
    changes?: Schemas["FieldChange"][];
    /** Fields of the entry that an import does not take over. */
    not_taken?: string[];
    /** What became of the row. Absent in a plan. */
    outcome?: "applied" | "unchanged" | "failed" | "not_tried";
    /** Why the row failed or was not tried. */
    errors?: Schemas["Error"][];
  };
  /** How one field changes. Secrets are masked, and of a long value its first 500 characters are shown. */
  FieldChange:
    | {
        field:
          | "name"
          | "target"
          | "events_mode"
          | "auth_token"
          | "active"
          | "batch_size"
          | "max_batch_bytes"
          | "compression"
          | "filter"
          | "fields"
          | "mask";
        from: string;
        to: string;
      }
    | {
        field: "custom_headers";
        added: string[];
        changed: string[];
        removed: string[];
      }
    | {
        field: "events";
        added: string[];
        removed: string[];
      };
  /** What a webhook would take of the events on the stream. */
  StreamTestResult: {
    /** Id of the test. */
    id: string;
    state: Schemas["SearchState"];
    /** Whether it only estimates. */
    dry_run: boolean;
    /** Earliest arrival, inclusive. */
    from: string;
    /** Latest arrival, exclusive. */
    to: string;
    /** Whether `from` was earlier than the stream keeps events, and was cut. */
    retention_cut: boolean;
    /** When it was asked for. */
    started_at: string;
    /** When it finished or was cancelled. */
    ended_at?: string;
    /** Share of the time range that has been read. */
    progress: number;
    /** What a running search waits for in one shard at least: for a replay or another search to give it a turn (`turn`), or for the latest records, which may not be readable for some seconds (`records`). Absent while it waits for nothing. */
    waits_for?: "turn" | "records";
    estimate?: Schemas["SearchEstimate"];
    /** Seconds that it still takes, estimated from its progress. */
    estimated_remaining_seconds?: number;
    /** Records of the stream with events of the customer. */
    records_read: number;
    /** Their bytes on the stream. */
    bytes_read: number;
    /** From when on the range was read whole, until `to`. Absent while it is not: then the counts are of what has been read. */
    read_from?: string;
    /** Whether it stopped because it had read enough: events of 2 GiB. The counts are of what it has read: of each shard of the stream the earliest part, up to another time in each. */
    truncated: boolean;
    /** Events of the customer, or of the sub-account that the request acts for. */
    events: number;
    /** Of these, events of the types and sub-accounts that the webhook takes. */
    of_types: number;
    /** Of these, events that the filter lets through: what the webhook would get. */
    matched: number;
    /** Some that it would get, as they would be sent. Hashes are by a key of this test alone. At most 5, the earliest first, and none of more than 16384 bytes. Without the grant `webhooks/modify` all addresses in them but the sender's are masked. */
    first: Record<string, unknown>[];
    /** Some that the filter leaves out, as they came. At most 5, the earliest first, and none of more than 16384 bytes. Without the grant `webhooks/modify` all addresses in them but the sender's are masked. */
    left_out: Record<string, unknown>[];
  };
  /** Where it stands. */
  SearchState: "running" | "finished" | "cancelled";
  /** What reading takes, judged by a few samples of each shard. Absent until these have been taken. */
  SearchEstimate: {
    /** Shards of the stream to read. */
    shards: number;
    /** Records of the customer in the time range, about. */
    records: number;
    /** Their bytes on the stream, about. */
    bytes: number;
    /** Seconds that reading takes when no other search or replay reads, about. */
    seconds: number;
  };
  WebhookRow: {
    /** Id of the webhook. */
    id: string;
    /** Display name. Need not be unique. At least one character is visible. */
    name: string;
    /** URL that gets the batches: http or https, no user name or password, on an address that the operator's policy admits. */
    target: string;
    /** Whether events are collected. Batches of an inactive webhook wait until it is active again. */
    active: boolean;
    /** `selected`: the types in `events`. `all`: every type, including those of later versions, but events about webhooks only if `events` has them. */
    events_mode: "selected" | "all";
    /** Event types that are delivered. */
    events: Schemas["EventKey"][];
    /** When it was registered. */
    created_at: string;
    /** Status of the webhook. */
    state: "pending" | "ok" | "failed" | "parked" | "paused";
    /** Why it is in that state. */
    state_reason:
      | "invalid_target"
      | "address_refused"
      | "dns_failed"
      | "dns_timeout"
      | "connect_timeout"
      | "connect_failed"
      | "tls_expired"
      | "tls_name_mismatch"
      | "tls_untrusted"
      | "tls_failed"
      | "connection_reset"
      | "upload_timeout"
      | "response_timeout"
      | "invalid_response"
      | "http_3xx"
      | "auth_rejected"
      | "http_413"
      | "http_429"
      | "http_4xx"
      | "http_5xx"
      | "http_other"
      | "token_failed"
      | "paused"
      | "expired"
      | "retrying"
      | "no_batch_yet"
      | null;
    /** Since when. */
    state_since: string;
    /** When a batch was last delivered. */
    last_successful?: string;
    /** When an attempt last failed. */
    last_failure?: string;
    /** When the target is probed next, while the webhook is parked. */
    next_probe_at?: string;
    /** Batches that wait for a retry or are parked. */
    pending_batches: number;
    /** Events in them. */
    pending_events: number;
    /** False when there are more pending batches than were counted. */
    pending_is_complete: boolean;
    /** Creation of the oldest pending batch. */
    oldest_pending_at?: string;
    /** When the first pending batch is given up. */
    next_expiry_at?: string;
    /** Batches given up in the last 24 hours. */
    expired_24h: number;
    /** 95th percentile of the attempts' milliseconds; null without attempts. */
    p95_ms: number | null;
    /** The last 24 hours, oldest first; not in pages. */
    buckets?: Schemas["DeliveryHour"][];
    /** In pages: the last 24 hours. Absent when nothing happened in them. */
    hours?: {
      /** Events in the delivered batches, hour by hour, the oldest first. */
      events: number[];
      /** Batches delivered, hour by hour, the oldest first. */
      delivered: number[];
      /** Attempts that failed, hour by hour, the oldest first. */
      failed_attempts: number[];
    };
  };
  /** What happened in one hour. */
  DeliveryHour: {
    /** Start of the hour. */
    at: string;
    /** Batches delivered. */
    delivered: number;
    /** Batches whose first attempt failed. */
    failed: number;
    /** Attempts that failed. */
    failed_attempts: number;
    /** Batches given up. */
    expired: number;
    /** Events in the delivered batches. */
    events: number;
    /** 95th percentile of the attempts' milliseconds; null without attempts. */
    p95_ms: number | null;
  };
  WebhooksOverview: {
    /** Start of the first hour or minute. */
    from: string;
    /** End of the last one. */
    to: string;
    /** Milliseconds between two points. */
    step_ms: number;
    /** Oldest first. */
    series: {
      /** Start of the hour or minute. */
      at: string;
      /** Batches delivered. */
      delivered: number;
      /** Batches whose first attempt failed. */
      failed: number;
      /** Attempts that failed. */
      failed_attempts: number;
      /** Batches given up. */
      expired: number;
      /** Events in the delivered batches. */
      events: number;
      /** 50th percentile of the attempts' milliseconds; null without attempts. */
      p50_ms: number | null;
      /** 95th percentile of the attempts' milliseconds; null without attempts. */
      p95_ms: number | null;
      /** 99th percentile of the attempts' milliseconds; null without attempts. */
      p99_ms: number | null;
      /** Mean of the attempts' milliseconds, null without attempts; only with `precision=1min`. Percentiles are counted by the hour: in the points of minutes they are null. */
      mean_ms?: number | null;
    }[];
    /** Over all points. Percentiles, and what follows, are counted by the hour: with `precision=1min` they are those of the whole hours that the points are in. */
    totals: {
      /** Batches delivered. */
      delivered: number;
      /** Batches whose first attempt failed. */
      failed: number;
      /** Attempts that failed. */
      failed_attempts: number;
      /** Batches given up. */
      expired: number;
      /** Events in the delivered batches. */
      events: number;
      /** 50th percentile of the attempts' milliseconds; null without attempts. */
      p50_ms: number | null;
      /** 95th percentile of the attempts' milliseconds; null without attempts. */
      p95_ms: number | null;
      /** 99th percentile of the attempts' milliseconds; null without attempts. */
      p99_ms: number | null;
    };
    /** Attempts by their milliseconds. */
    latency_histogram: {
      /** Upper bound of the slot. */
      le_ms: number;
      /** Attempts in it. */
      count: number;
    }[];
    /** Attempts by HTTP status. */
    statuses: Record<string, number>;
    /** Failed attempts by reason. */
    reasons: Record<string, number>;
    /** Events of the delivered batches by type. */
    event_types: Record<string, number>;
    /** False while hours of `series` are still being counted: the next request goes on, and has more of them. */
    is_complete: boolean;
    /** Webhooks of the customer, or of the sub-account. */
    total: number;
    /** How many webhooks are in each state. */
    states: {
      /** Had no batch yet. */
      pending: number;
      /** Deliver as they should. */
      ok: number;
      /** Have a batch that waits for a retry, or whose last one to end expired. */
      failed: number;
      /** Their breaker is open. */
      parked: number;
      /** Are not active. */
      paused: number;
    };
    /** When `states` was counted; of many webhooks it is kept for up to a minute. */
    counted_at: string;
    /** What will be lost unless targets take it. */
    at_risk: {
      /** Batches that wait. */
      batches: number;
      /** Events in them. */
      events: number;
      /** Webhooks for which a batch waits. */
      webhooks: number;
      /** False while not all webhooks for which a batch may wait were looked at: the next request looks at more of them. */
      is_complete: boolean;
      /** Of the webhooks: those of which a batch has waited for half of its retry window. */
      half_time: number;
      /** What is given up when, unless targets take it before: slots of a sixteenth of the retry window. */
      runway: {
        /** Start of the slot. */
        at: string;
        /** Batches that wait. */
        batches: number;
        /** Events in them. */
        events: number;
      }[];
      /** The webhooks that lose a batch first, at most 50. */
      first: {
        /** Id of the webhook. */
        id: string;
        /** Display name. Need not be unique. At least one character is visible. */
        name: string;
        /** URL that gets the batches: http or https, no user name or password, on an address that the operator's policy admits. */
        target: string;
        /** Status of the webhook. */
        state: "pending" | "ok" | "failed" | "parked" | "paused";
        /** Why it is in that state. */
        state_reason:
          | "invalid_target"
          | "address_refused"
          | "dns_failed"
          | "dns_timeout"
          | "connect_timeout"
          | "connect_failed"
          | "tls_expired"
          | "tls_name_mismatch"
          | "tls_untrusted"
          | "tls_failed"
          | "connection_reset"
          | "upload_timeout"
          | "response_timeout"
          | "invalid_response"
          | "http_3xx"
          | "auth_rejected"
          | "http_413"
          | "http_429"
          | "http_4xx"
          | "http_5xx"
          | "http_other"
          | "token_failed"
          | "paused"
          | "expired"
          | "retrying"
          | "no_batch_yet"
          | null;
        /** Batches that wait for a retry or are parked. */
        pending_batches: number;
        /** Events in them. */
        pending_events: number;
        /** False when there are more pending batches than were counted. */
        pending_is_complete: boolean;
        /** When half of the first batch's retry window is over. */
        half_time_at: string;
        /** When its first batch is given up. */
        next_expiry_at: string;
      }[];
    };
  };
  /** The webhooks of one sub-account together. */
  SubaccountSummary: {
    /** Whose events the webhooks deliver: `0` primary account, else a sub-account. Absent: primary account and all sub-accounts. */
    subaccount_id?: number;
    /** Webhooks of the sub-account. */
    webhooks: number;
    /** How many of them are in each state. */
    states: {
      /** Had no batch yet. */
      pending: number;
      /** Deliver as they should. */
      ok: number;
      /** Have a batch that waits for a retry, or whose last one to end expired. */
      failed: number;
      /** Their breaker is open. */
      parked: number;
      /** Are not active. */
      paused: number;
    };
    /** Webhooks for which a batch waits. */
    waiting: number;
    /** Batches that wait for a retry or are parked. */
    pending_batches: number;
    /** Events in them. */
    pending_events: number;
    /** Webhooks of which a batch has waited for half of its retry window. */
    half_time: number;
    /** When the first batch is given up, unless its target takes it before. */
    next_expiry_at?: string;
  };
  WebhookSummary: {
    /** Id of the webhook. */
    id: string;
    /** Display name. Need not be unique. At least one character is visible. */
    name: string;
    /** URL that gets the batches: http or https, no user name or password, on an address that the operator's policy admits. */
    target: string;
    /** Whether events are collected. Batches of an inactive webhook wait until it is active again. */
    active: boolean;
    /** `selected`: the types in `events`. `all`: every type, including those of later versions, but events about webhooks only if `events` has them. */
    events_mode: "selected" | "all";
    /** Event types that are delivered. */
    events: Schemas["EventKey"][];
    /** When it was registered. */
    created_at: string;
    /** Status of the webhook. */
    state: "pending" | "ok" | "failed" | "parked" | "paused";
    /** Why it is in that state. */
    state_reason:
      | "invalid_target"
      | "address_refused"
      | "dns_failed"
      | "dns_timeout"
      | "connect_timeout"
      | "connect_failed"
      | "tls_expired"
      | "tls_name_mismatch"
      | "tls_untrusted"
      | "tls_failed"
      | "connection_reset"
      | "upload_timeout"
      | "response_timeout"
      | "invalid_response"
      | "http_3xx"
      | "auth_rejected"
      | "http_413"
      | "http_429"
      | "http_4xx"
      | "http_5xx"
      | "http_other"
      | "token_failed"
      | "paused"
      | "expired"
      | "retrying"
      | "no_batch_yet"
      | null;
    /** Since when. */
    state_since: string;
    /** When a batch was last delivered. */
    last_successful?: string;
    /** When an attempt last failed. */
    last_failure?: string;
    /** When the target is probed next, while the webhook is parked. */
    next_probe_at?: string;
    /** Batches that wait for a retry or are parked. */
    pending_batches: number;
    /** Events in them. */
    pending_events: number;
    /** False when there are more pending batches than were counted. */
    pending_is_complete: boolean;
    /** Creation of the oldest pending batch. */
    oldest_pending_at?: string;
    /** When the first pending batch is given up. */
    next_expiry_at?: string;
    /** Batches given up in the last 24 hours. */
    expired_24h: number;
    /** 95th percentile of the attempts' milliseconds; null without attempts. */
    p95_ms: number | null;
    /** The last 24 hours, oldest first. */
    buckets: Schemas["DeliveryHour"][];
  };
  WebhookMetrics: {
    /** Start of the first hour or minute. */
    from: string;
    /** End of the last one. */
    to: string;
    /** Milliseconds between two points. */
    step_ms: number;
    /** Oldest first. */
    series: {
      /** Start of the hour or minute. */
      at: string;
      /** Batches delivered. */
      delivered: number;
      /** Batches whose first attempt failed. */
      failed: number;
      /** Attempts that failed. */
      failed_attempts: number;
      /** Batches given up. */
      expired: number;
      /** Events in the delivered batches. */
      events: number;
      /** 50th percentile of the attempts' milliseconds; null without attempts. */
      p50_ms: number | null;
      /** 95th percentile of the attempts' milliseconds; null without attempts. */
      p95_ms: number | null;
      /** 99th percentile of the attempts' milliseconds; null without attempts. */
      p99_ms: number | null;
      /** Mean of the attempts' milliseconds, null without attempts; only with `precision=1min`. Percentiles are counted by the hour: in the points of minutes they are null. */
      mean_ms?: number | null;
    }[];
    /** Over all points. Percentiles, and what follows, are counted by the hour: with `precision=1min` they are those of the whole hours that the points are in. */
    totals: {
      /** Batches delivered. */
      delivered: number;
      /** Batches whose first attempt failed. */
      failed: number;
      /** Attempts that failed. */
      failed_attempts: number;
      /** Batches given up. */
      expired: number;
      /** Events in the delivered batches. */
      events: number;
      /** 50th percentile of the attempts' milliseconds; null without attempts. */
      p50_ms: number | null;
      /** 95th percentile of the attempts' milliseconds; null without attempts. */
      p95_ms: number | null;
      /** 99th percentile of the attempts' milliseconds; null without attempts. */
      p99_ms: number | null;
    };
    /** Attempts by their milliseconds. */
    latency_histogram: {
      /** Upper bound of the slot. */
      le_ms: number;
      /** Attempts in it. */
      count: number;
    }[];
    /** Attempts by HTTP status. */
    statuses: Record<string, number>;
    /** Failed attempts by reason. */
    reasons: Record<string, number>;
    /** Events of the delivered batches by type. */
    event_types: Record<string, number>;
  };
  BatchStatus: {
    /** Id of the batch, the same on every attempt. */
    batch_id: string;
    /** When the batch was created. */
    ts: string;
    /** Failed attempts. */
    attempts: number;
    /** Last HTTP status, as text. Absent when the target never answered. */
    response_code?: string;
    /** While the batch is not delivered: last HTTP status as text, or the reason why there was no answer. */
    failure_code?: string;
    /** Milliseconds of the last attempt. */
    latency: number;
    /** Events in the batch. */
    batch_size: number;
    /** Id of the webhook. */
    webhook_id: string;
  };
  Batch: {
    /** Id of the batch, the same on every attempt. */
    batch_id: string;
    /** Id of the webhook. */
    webhook_id: string;
    /** When the batch was created. */
    created_at: string;
    state: Schemas["BatchState"];
    /** Events in the batch. */
    events: number;
    /** Length of its body. */
    bytes: number;
    /** HTTP status of the last attempt. */
    response_code?: number;
    reason?: Schemas["FailureReason"];
    /** Milliseconds of the last attempt. */
    latency_ms?: number;
    /** When the next attempt is due. */
    next_attempt_at?: string;
    /** When the batch is given up. */
    expires_at: string;
    /** When it was delivered or given up. */
    ended_at?: string;
    /** Ids of the two batches that have replaced it, because its target found it too large or kept refusing it. */
    split_into?: string[];
    /** The batch that it is a half of. */
    split_from?: string;
    /** The replay that it belongs to. */
    replay_id?: string;
    /** Whether its events can be read: while it waits for a retry or is parked, and after its delivery while its webhook keeps it. */
    body_available: boolean;
    /** Until when its delivered body can be read. Present while it is kept. */
    kept_until?: string;
    /** What closed it: its webhook's number of events or of bytes, of which the window had more; the end of the window; or a split. */
    closed_by?: "count" | "bytes" | "window" | "split";
    /** When it was formed. */
    closed_at?: string;
    /** Maximum number of events that it could have had. */
    batch_size?: number;
    /** Attempts so far. */
    attempts: number;
  };
  /** Where a batch stands. */
  BatchState: "sending" | "retrying" | "parked" | "split" | "delivered" | "expired";
  BatchWithAttempts: {
    /** Id of the batch, the same on every attempt. */
    batch_id: string;
    /** Id of the webhook. */
    webhook_id: string;
    /** When the batch was created. */
    created_at: string;
    state: Schemas["BatchState"];
    /** Events in the batch. */
    events: number;
    /** Length of its body. */
    bytes: number;
    /** HTTP status of the last attempt. */
    response_code?: number;
    reason?: Schemas["FailureReason"];
    /** Milliseconds of the last attempt. */
    latency_ms?: number;
    /** When the next attempt is due. */
    next_attempt_at?: string;
    /** When the batch is given up. */
    expires_at: string;
    /** When it was delivered or given up. */
    ended_at?: string;
    /** Ids of the two batches that have replaced it, because its target found it too large or kept refusing it. */
    split_into?: string[];
    /** The batch that it is a half of. */
    split_from?: string;
    /** The replay that it belongs to. */
    replay_id?: string;
    /** Whether its events can be read: while it waits for a retry or is parked, and after its delivery while its webhook keeps it. */
    body_available: boolean;
    /** Until when its delivered body can be read. Present while it is kept. */
    kept_until?: string;
    /** What closed it: its webhook's number of events or of bytes, of which the window had more; the end of the window; or a split. */
    closed_by?: "count" | "bytes" | "window" | "split";
    /** When it was formed. */
    closed_at?: string;
    /** Maximum number of events that it could have had. */
    batch_size?: number;
    /** Every attempt, oldest first. */
    attempts: Schemas["Attempt"][];
    /** Number of events by type. */
    event_types?: Record<string, number>;
    stretch?: Schemas["Stretch"];
    /** Present for what is left of a window while it waits, and when it has expired: its events were to go out in several batches, and no attempt was made for them. */
    uncut?: boolean;
    /** Why what was left of a window expired: its retry window ended, it was not delivered within a day, or its webhook was deleted. `unreadable`: none of the events of a batch could be read, and they are put aside for the operator. */
    expired_for?: "retry_window" | "backlog" | "webhook_deleted" | "unreadable";
  };
  /** One POST of a batch. */
  Attempt: {
    /** Number of the attempt. */
    n: number;
    /** When it began. */
    started_at: string;
    /** How it ended. */
    outcome: "delivered" | "failed";
    /** HTTP status, when the target answered. */
    status?: number;
    reason?: Schemas["FailureReason"];
    /** What the failure usually means. */
    likely?: string;
    /** What to do about it. */
    fix?: string;
    /** Network error, as Node.js names it. */
    error_code?: string;
    /** Milliseconds of the attempt. */
    latency_ms: number;
    timings: Schemas["Timings"];
    /** Bytes of the body as sent; 0 when it did not go out whole. */
    bytes_sent?: number;
    /** Some headers of the answer; names in lower case. */
    response_headers?: Record<string, string>;
    /** Beginning of the answer's body. */
    response_excerpt?: string;
    /** Whether the answer's body was longer. */
    response_truncated?: boolean;
    /** When the next attempt was due. */
    next_attempt_at?: string;
    /** Present when somebody had the batch sent again after its delivery. How that ended changes nothing else. */
    again?: boolean;
  };
  /** Where on the stream its events came from: while the stream keeps them, the batch can be formed again. Absent for batches of earlier versions. */
  Stretch: {
    /** Shard of the stream. */
    shard: string;
    /** First record of the window. */
    first_sequence_number: string;
    /** Last record of the window. */
    last_sequence_number: string;
    /** Number of its first event, from 0, among those that the webhook took of the window. */
    first_event: number;
  };
  SendResult: {
    /** Whether the target answered 2xx. */
    ok: boolean;
    /** How far the test POST came. */
    stage: "resolve" | "connect" | "tls" | "token" | "upload" | "wait" | "response";
    reason?: Schemas["FailureReason"];
    /** What the failure usually means. */
    likely?: string;
    /** What to do about it. */
    fix?: string;
    /** Network error, as Node.js names it. */
    error_code?: string;
    /** What came back. */
    response?: {
      /** Status of the answer. */
      status: number;
      /** Headers of the answer; names in lower case. */
      headers: Record<string, string>;
      /** Beginning of the answer's body. */
      body: string;
      /** Whether its body was longer. */
      truncated: boolean;
    };
    /** Milliseconds of the whole exchange. */
    latency_ms?: number;
    /** Milliseconds that a target has from the end of the upload to its answer. */
    limit_ms: number;
    timings?: Schemas["Timings"];
    /** The certificate of an https target. */
    tls?: {
      /** End of the certificate's validity. */
      valid_to: string;
      /** Whole days until then. */
      days_left: number;
    };
    /** Id of the batch. */
    batch_id: string;
    /** What was sent. */
    request: {
      method: string;
      url: string;
      /** None of the webhook's own: they may be secret. */
      headers: Record<string, string>;
      /** Bytes of the body as sent. */
      bytes: number;
    };
  };
  /** Events that are delivered again. */
  Replay: {
    /** Id of the replay, which every POST carries as `X-Tidepost-Replay`. */
    id: string;
    /** Id of the webhook. */
    webhook_id: string;
    state: Schemas["ReplayState"];
    /** Why it failed. */
    reason?: "webhook_deleted" | "records_dropped";
    /** Whether it only counts. */
    dry_run: boolean;
    /** Which batches it recovers; absent: it reads all events. */
    only?: "expired" | "failed" | "undelivered";
    /** The one batch that it recovers. */
    batch_id?: string;
    /** Types that it is limited to. */
    types?: string[];
    /** Recipient that it is limited to. Masked unless the key has `webhooks/modify`. */
    recipient?: string;
    /** Message or transmission that it is limited to. */
    message_id?: string;
    /** Earliest arrival of its events, inclusive. */
    from: string;
    /** Latest arrival, exclusive. */
    to: string;
    /** Maximum number of batches a second. */
    rate: number;
    /** When it was asked for. */
    started_at: string;
    /** When it finished, failed or was cancelled. */
    ended_at?: string;
    /** Share of the time range that has been read. */
    progress: number;
    /** Records of the stream with events of the customer. */
    records_read: number;
    /** Events that the webhook takes. */
    events_matched: number;
    /** Batches made of them. */
    batches_formed: number;
    /** Batches handed over to delivery; 0 in a dry run. */
    batches_sent: number;
    recovery?: Schemas["Recovery"];
    /** Seconds that it still takes, estimated from its progress. */
    estimated_remaining_seconds?: number;
    /** Of a dry run: seconds that sending what was counted would take. */
    estimated_seconds?: number;
    /** Those shards that it has begun to read. */
    shards: Schemas["ReplayShard"][];
  };
  /** Where a replay stands. */
  ReplayState: "running" | "finished" | "cancelled" | "failed";
  /** What a replay with `only` has found. */
  Recovery: {
    /** The first 1,000 batches that were chosen. */
    batch_ids: string[];
    /** Batches that cannot be formed again: their records, or the webhook's, do not say of which events. */
    unknown: number;
    /** Batches that cannot be formed again: the stream does not keep their events any more. */
    past_retention: number;
  };
  /** How far a replay is in one shard of the stream. */
  ReplayShard: {
    /** Shard of the stream. */
    shard: string;
    /** Share of the time range that has been read. */
    progress: number;
    /** Records of the stream with events of the customer. */
    records_read: number;
    /** Events that the webhook takes. */
    events_matched: number;
    /** Batches made of them. */
    batches_formed: number;
    /** Batches handed over to delivery; 0 in a dry run. */
    batches_sent: number;
  };
  /** A search for events on the stream. */
  EventSearch: {
    /** Id of the search. */
    id: string;
    state: Schemas["SearchState"];
    /** Whether it only estimates. */
    dry_run: boolean;
    /** Earliest arrival, inclusive. */
    from: string;
    /** Latest arrival, exclusive. */
    to: string;
    /** Whether `from` was earlier than the stream keeps events, and was cut. */
    retention_cut: boolean;
    /** When it was asked for. */
    started_at: string;
    /** When it finished or was cancelled. */
    ended_at?: string;
    /** Share of the time range that has been read. */
    progress: number;
    /** What a running search waits for in one shard at least: for a replay or another search to give it a turn (`turn`), or for the latest records, which may not be readable for some seconds (`records`). Absent while it waits for nothing. */
    waits_for?: "turn" | "records";
    estimate?: Schemas["SearchEstimate"];
    /** Seconds that it still takes, estimated from its progress. */
    estimated_remaining_seconds?: number;
    /** Records of the stream with events of the customer. */
    records_read: number;
    /** Their bytes on the stream. */
    bytes_read: number;
    criteria: Schemas["SearchCriteria"];
    /** From when on the range was read whole, until `to`. Present when it was: what is not among the matches is not there, but for records that could not be decoded, which are in quarantine. */
    read_from?: string;
    /** Whether there are more than 100 events, so that it stopped: narrow it down. */
    truncated: boolean;
    /** Events that were found, the earliest arrival first. */
    matches: Schemas["FoundEvent"][];
  };
  /** What is looked for. */
  SearchCriteria: {
    /** Id of the event, of its message or of its transmission, whichever it is. */
    id?: string;
    /** Id of the event. */
    event_id?: string;
    /** Id of the message or of the transmission. */
    message_id?: string;
    /** Id of the transmission. */
    transmission_id?: string;
    /** Address of the recipient, in any case, or telephone number. */
    recipient?: string;
    /** Campaign of the event. */
    campaign_id?: string;
    /** Only events of these types. */
    types?: (
      | "injection"
      | "delivery"
      | "bounce"
      | "delay"
      | "out_of_band"
      | "policy_rejection"
      | "spam_complaint"
      | "sms_status"
      | "open"
      | "click"
      | "initial_open"
      | "amp_open"
      | "amp_click"
      | "amp_initial_open"
      | "generation_failure"
      | "generation_rejection"
      | "list_unsubscribe"
      | "link_unsubscribe"
      | "relay_injection"
      | "relay_rejection"
      | "relay_delivery"
      | "relay_tempfail"
      | "relay_permfail"
      | "ab_test_completed"
      | "ab_test_cancelled"
      | "success"
      | "error"
      | "ad_status"
      | "ad_adjust"
      | "webhook_failing"
      | "webhook_recovered"
      | "batch_at_risk"
      | "batch_expired"
      | "webhook_changed"
    )[];
    /** Only events of this sub-account; 0 is the primary account. */
    subaccount_id?: number;
  };
  /** An event that was found, and what became of it. */
  FoundEvent: {
    /** Type of the event. */
    type: string;
    /** Id of the event. */
    event_id?: string;
    /** Id of the message. */
    message_id?: string;
    /** Id of the transmission. */
    transmission_id?: string;
    /** Masked unless the key has `webhooks/modify`. */
    recipient?: string;
    /** Campaign of the event. */
    campaign_id?: string;
    /** Sub-account of the event; absent for the primary account. */
    subaccount_id?: string;
    /** The event's own time, as it came. */
    timestamp?: string;
    /** When it arrived on the stream. */
    arrived_at: string;
    /** Length of the event. */
    bytes: number;
    /** The event as it was sent; absent when it is longer than 16384 bytes. Without the grant `webhooks/modify` all addresses in it but the sender's are masked, and so they are in the fields above and in the criteria. */
    event?: Record<string, unknown>;
    /** Whether its batches have been looked up. False while the search runs, and afterwards where it was cancelled or had looked at 500 webhooks before. */
    looked_up: boolean;
    /** When looking them up began: what went in a batch later may still be `no_batch_yet`. Absent until then. Where the batches stand is as it is now. */
    looked_up_at?: string;
    /** Webhooks that take the event, of the caller's. */
    webhooks_total?: number;
    /** The first 100 of them at most, oldest first. A sub-account does not see those that have been deleted or moved since. */
    webhooks: Schemas["EventAtWebhook"][];
  };
  /** What became of an event at one webhook. */
  EventAtWebhook: {
    /** Id of the webhook. */
    webhook_id: string;
    /** Its name; absent when it was deleted since. */
    name?: string;
    /** The URL that it delivers to. */
    target?: string;
    /** False when the stream does not say any more which of its window's batches holds the event: it is in one of those that are listed, or of those that `truncated` speaks of. */
    exact: boolean;
    /** Present when it may have gone in other batches, too: there are more than 10, the webhook has too many batches of that time to be looked at, more replays have read its time than the five newest, which are looked at, the webhook has 100 replays or more, or nothing says any more what other batches hold. */
    truncated?: true;
    /** At most 10; more than one when a replay has sent the event again. */
    batches: Schemas["FoundBatch"][];
    /** Why there is no batch: the webhook was created later, or less than a minute before (`created_later`), was paused (`paused`), did not take such events then (`not_subscribed`), its filter has left the event out (`filtered`), the event waits for its window or its batch's first turn (`no_batch_yet`, as of `looked_up_at`), the batch's record has ended (`record_expired`), or nothing says why (`unknown`). */
    missing?:
      | "created_later"
      | "paused"
      | "not_subscribed"
      | "filtered"
      | "no_batch_yet"
      | "record_expired"
      | "unknown";
  };
  /** A batch that an event went in. */
  FoundBatch: {
    /** Id of the batch, as in `X-MessageSystems-Batch-ID`. */
    batch_id: string;
    /** Where the batch stands now. Absent when its record has ended since the event was found. */
    state?: "sending" | "retrying" | "parked" | "split" | "delivered" | "expired";
    /** When the batch was created. */
    created_at: string;
    /** Events in the batch. */
    events?: number;
    /** Attempts so far. */
    attempts?: number;
    /** HTTP status that the target last answered with. */
    response_code?: number;
    reason?: Schemas["FailureReason"];
    /** When the last attempt began. */
    last_attempt_at?: string;
    /** Milliseconds of the last attempt. */
    latency_ms?: number;
    /** When the next attempt is due. */
    next_attempt_at?: string;
    /** When the batch is given up. */
    expires_at?: string;
    /** When it was delivered or given up. */
    ended_at?: string;
    /** Ids of the two batches that have replaced it since the event was found. */
    split_into?: string[];
    /** The replay that has sent the event again. */
    replay_id?: string;
  };
  EventClassDocumentation: {
    /** Name for people. */
    display_name: string;
    /** What it stands for. */
    description: string;
    /** By event type. */
    events: Record<string, Schemas["EventDocumentation"]>;
  };
  EventDocumentation: {
    /** Name for people. */
    display_name: string;
    /** What it stands for. */
    description: string;
    /** By name of the field. */
    event: Record<string, Schemas["EventField"]>;
  };
  EventField: {
    /** What the field means. */
    description: string;
    /** A value as it is delivered; its type is the field's. */
    sampleValue: unknown;
  };
  IngestField: {
    /** What the field means. */
    description: string;
    /** A value as it is delivered; its type is the field's. */
    sampleValue: unknown;
    /** Whether a producer is expected to send the field. */
    required: boolean;
    /** Whether reports usually group or filter by it. */
    reporting: boolean;
  };
  IngestResult: {
    /** Id of this upload. */
    id: string;
    /** Events that will be delivered. */
    accepted: number;
    /** Events that were refused. */
    rejected: number;
    /** The first of the refused events. */
    errors?: {
      /** Line, or position in the array, from 1. */
      line: number;
      /** What is wrong with it. */
      message: string;
    }[];
    /** Whether there are more errors than listed. */
    errors_truncated?: boolean;
  };
  SesIngestResult: {
    /** Id of this upload. */
    id: string;
    /** Events that will be delivered. */
    accepted: number;
    /** Documents without events, such as those that SNS sends when a topic is set up. */
    ignored: number;
    /** Documents that could not be understood. They are put aside for the operator. */
    quarantined: number;
  };
  Caller: {
    /** Whose key it is. */
    customer_id: string;
    /** The key itself is not shown. */
    key: {
      /** Id of the key. */
      id: string;
      /** Display name. At least one character is visible. */
      label: string;
      /** First characters of the key, to distinguish keys. */
      short_key: string;
    };
    /** What the key may do. */
    grants: Schemas["Grant"][];
    /** Version of Tidepost that answers. */
    version: string;
    /** Its clock. */
    server_time: string;
    /** How long events are collected at most before they go out as a batch. */
    batch_window_seconds?: number;
    /** Most days that a webhook may keep delivered bodies; 0: none may. */
    max_keep_bodies_days?: number;
  };
  ApiKey: {
    /** Id of the key. */
    id: string;
    /** Display name. At least one character is visible. */
    label: string;
    /** First characters of the key, to distinguish keys. */
    short_key: string;
    /** What the key may do. */
    grants: Schemas["Grant"][];
    /** When it was issued. */
    created_at: string;
    /** When it was last used, to five minutes; absent when it never was. */
    last_used_at?: string;
  };
  IssuedApiKey: {
    /** Id of the key. */
    id: string;
    /** Display name. At least one character is visible. */
    label: string;
    /** First characters of the key, to distinguish keys. */
    short_key: string;
    /** What the key may do. */
    grants: Schemas["Grant"][];
    /** When it was issued. */
    created_at: string;
    /** When it was last used, to five minutes; absent when it never was. */
    last_used_at?: string;
    /** The key. No other answer ever shows it. */
    key: string;
    /** Where the key is managed. */
    link: {
      /** Absolute URL. */
      href: string;
    };
  };
  PortalLink: {
    /** Id of the link and of its session. */
    id: string;
    /** Whom the link is for. It names who made a change. At least one character is visible. */
    label: string;
    /** What the session may do. */
    grants: Schemas["PortalGrant"][];
    /** Sub-account that the session is bound to. Absent: the primary account and all sub-accounts. */
    subaccount_id?: number;
    state: Schemas["PortalLinkState"];
    /** When it was made. */
    created_at: string;
    /** Id of the API key that made it. */
    key_id: string;
    /** When it can be opened for the last time. */
    open_until: string;
    /** Time that the session lasts, from when the link is opened. */
    session_seconds: number;
    /** When it was opened; absent when it was not. */
    opened_at?: string;
    /** When its session ends, or has ended. */
    session_ends_at?: string;
  };
  /** Expired: nobody opened it in time. Ended: its session has, by time or by signing out. */
  PortalLinkState: "unopened" | "open" | "ended" | "expired";
  IssuedPortalLink: {
    /** Id of the link and of its session. */
    id: string;
    /** Whom the link is for. It names who made a change. At least one character is visible. */
    label: string;
    /** What the session may do. */
    grants: Schemas["PortalGrant"][];
    /** Sub-account that the session is bound to. Absent: the primary account and all sub-accounts. */
    subaccount_id?: number;
    state: Schemas["PortalLinkState"];
    /** When it was made. */
    created_at: string;
    /** Id of the API key that made it. */
    key_id: string;
    /** When it can be opened for the last time. */
    open_until: string;
    /** Time that the session lasts, from when the link is opened. */
    session_seconds: number;
    /** When it was opened; absent when it was not. */
    opened_at?: string;
    /** When its session ends, or has ended. */
    session_ends_at?: string;
    /** The link. No other answer ever shows it. */
    url: string;
  };
  PortalSession: {
    /** Id of the session and of its link: what `X-Tidepost-Portal` says. */
    id: string;
    /** Whom the link was made for. */
    label: string;
    /** Whose webhooks the session sees. */
    customer_id: string;
    /** Sub-account that the session is bound to. Absent: the primary account and all sub-accounts. */
    subaccount_id?: number;
    /** What the session may do. */
    grants: Schemas["PortalGrant"][];
    /** When the session ends. */
    ends_at: string;
    /** Version of Tidepost that answers. */
    version: string;
    /** Its clock. */
    server_time: string;
    /** How long events are collected at most before they go out as a batch. */
    batch_window_seconds: number;
    /** Most days that a webhook may keep delivered bodies; 0: none may. */
    max_keep_bodies_days?: number;
  };
}

/** Body of `POST /webhooks/{id}/replay`. */
export interface ReplayRequest {
  readonly from: string;
  readonly to: string;
  readonly rate: number;
  readonly dry_run: boolean;
}

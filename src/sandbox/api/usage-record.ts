import { z } from 'zod';

const quantity = z.int().min(0).max(2147483647);
const tag = z.object({ Key: z.string().min(1).max(100), Value: z.string().min(1).max(256) });

/** A record of BatchMeterUsage, with the limits of its model; the time is in epoch seconds. */
export const usageRecord = z.object({
  Timestamp: z.number(),
  CustomerIdentifier: z.string().max(255).optional(),
  CustomerAWSAccountId: z
    .string()
    .regex(/^[0-9]{1,255}$/)
    .optional(),
  LicenseArn: z
    .string()
    .regex(/^arn:aws[a-zA-Z-]*:/)
    .optional(),
  Dimension: z.string().min(1).max(255),
  Quantity: quantity.optional(),
  UsageAllocations: z
    .array(z.object({ AllocatedUsageQuantity: quantity, Tags: z.array(tag).min(1).max(5).optional() }))
    .min(1)
    .max(2500)
    .optional(),
});

export type UsageRecord = z.infer<typeof usageRecord>;

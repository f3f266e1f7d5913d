;; The inner loops of the trainer, over shared memory. Built into kernel.wasm by build-wasm.js; kernel.ts says what each does and has the same in TypeScript.
;; A record is 16 bytes: two 64-bit integers added at once. A histogram here is 256 records a bundle, one bundle after the other.
(module
  (import "memory" "shared" (memory 1 65536 shared))

  ;; Adds the records of `count` rows to the histograms of `bundles` bundles. `lines` holds a row's cells side by side, `stride` bytes a row.
  ;; By blocks of 512 rows: first the block's records are put in order and its lines are read once, so that many cache misses are under way at a time;
  ;; then eight bundles at a time are added, whose histograms fill 32 KB.
  (func (export "addRows")
    (param $lines i32) (param $stride i32) (param $bundles i32) (param $index i32) (param $count i32)
    (param $records i32) (param $ordered i32) (param $histogram i32)
    (local $block i32) (local $bundle i32)
    (loop $blocks
      (local.set $block (select (i32.const 512) (local.get $count) (i32.gt_u (local.get $count) (i32.const 512))))
      (call $order (local.get $lines) (local.get $stride) (local.get $index) (local.get $block) (local.get $records) (local.get $ordered))
      (local.set $bundle (i32.const 0))
      (loop $all
        (if (i32.gt_u (i32.sub (local.get $bundles) (local.get $bundle)) (i32.const 4))
          (then
            (call $addEight
              (i32.add (local.get $lines) (local.get $bundle)) (local.get $stride) (local.get $index) (local.get $block) (local.get $ordered)
              (i32.add (local.get $histogram) (i32.shl (local.get $bundle) (i32.const 12))))
            (local.set $bundle (i32.add (local.get $bundle) (i32.const 8))))
          (else
            (call $addFour
              (i32.add (local.get $lines) (local.get $bundle)) (local.get $stride) (local.get $index) (local.get $block) (local.get $ordered)
              (i32.add (local.get $histogram) (i32.shl (local.get $bundle) (i32.const 12))))
            (local.set $bundle (i32.add (local.get $bundle) (i32.const 4)))))
        (br_if $all (i32.lt_u (local.get $bundle) (local.get $bundles))))
      (local.set $index (i32.add (local.get $index) (i32.shl (local.get $block) (i32.const 2))))
      (local.set $count (i32.sub (local.get $count) (local.get $block)))
      (br_if $blocks (local.get $count))))

  (func $order
    (param $lines i32) (param $stride i32) (param $index i32) (param $count i32) (param $records i32) (param $ordered i32)
    (local $end i32) (local $line i32) (local $lineEnd i32) (local $at i32) (local $read i32)
    (local.set $end (i32.add (local.get $index) (i32.shl (local.get $count) (i32.const 2))))
    (local.set $at (local.get $index))
    (loop $rows
      (v128.store (local.get $ordered) (v128.load (i32.add (local.get $records) (i32.shl (i32.load (local.get $at)) (i32.const 4)))))
      (local.set $ordered (i32.add (local.get $ordered) (i32.const 16)))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $rows (i32.lt_u (local.get $at) (local.get $end))))
    (local.set $lineEnd (i32.add (local.get $lines) (local.get $stride)))
    (local.set $line (local.get $lines))
    (loop $cacheLines
      (local.set $at (local.get $index))
      (loop $rows
        (local.set $read
          (i32.xor (local.get $read) (i32.load8_u (i32.add (local.get $line) (i32.mul (i32.load (local.get $at)) (local.get $stride))))))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $rows (i32.lt_u (local.get $at) (local.get $end))))
      (local.set $line (i32.add (local.get $line) (i32.const 64)))
      (br_if $cacheLines (i32.lt_u (local.get $line) (local.get $lineEnd))))
    ;; Kept, so that the reads are not taken for useless.
    (i32.store (local.get $ordered) (local.get $read)))

  (func $addEight
    (param $lines i32) (param $stride i32) (param $index i32) (param $count i32) (param $ordered i32) (param $histogram i32)
    (local $end i32) (local $cells i64) (local $record v128) (local $at i32)
    (local.set $end (i32.add (local.get $index) (i32.shl (local.get $count) (i32.const 2))))
    (loop $rows
      (local.set $record (v128.load (local.get $ordered)))
      (local.set $cells (i64.load (i32.add (local.get $lines) (i32.mul (i32.load (local.get $index)) (local.get $stride)))))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.shl (i32.wrap_i64 (local.get $cells)) (i32.const 4)) (i32.const 0xff0))))
      (v128.store (local.get $at) (i64x2.add (v128.load (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.wrap_i64 (i64.shr_u (local.get $cells) (i64.const 4))) (i32.const 0xff0))))
      (v128.store offset=4096 (local.get $at) (i64x2.add (v128.load offset=4096 (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.wrap_i64 (i64.shr_u (local.get $cells) (i64.const 12))) (i32.const 0xff0))))
      (v128.store offset=8192 (local.get $at) (i64x2.add (v128.load offset=8192 (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.wrap_i64 (i64.shr_u (local.get $cells) (i64.const 20))) (i32.const 0xff0))))
      (v128.store offset=12288 (local.get $at) (i64x2.add (v128.load offset=12288 (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.wrap_i64 (i64.shr_u (local.get $cells) (i64.const 28))) (i32.const 0xff0))))
      (v128.store offset=16384 (local.get $at) (i64x2.add (v128.load offset=16384 (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.wrap_i64 (i64.shr_u (local.get $cells) (i64.const 36))) (i32.const 0xff0))))
      (v128.store offset=20480 (local.get $at) (i64x2.add (v128.load offset=20480 (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.wrap_i64 (i64.shr_u (local.get $cells) (i64.const 44))) (i32.const 0xff0))))
      (v128.store offset=24576 (local.get $at) (i64x2.add (v128.load offset=24576 (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.wrap_i64 (i64.shr_u (local.get $cells) (i64.const 52))) (i32.const 0xff0))))
      (v128.store offset=28672 (local.get $at) (i64x2.add (v128.load offset=28672 (local.get $at)) (local.get $record)))
      (local.set $ordered (i32.add (local.get $ordered) (i32.const 16)))
      (local.set $index (i32.add (local.get $index) (i32.const 4)))
      (br_if $rows (i32.lt_u (local.get $index) (local.get $end)))))

  (func $addFour
    (param $lines i32) (param $stride i32) (param $index i32) (param $count i32) (param $ordered i32) (param $histogram i32)
    (local $end i32) (local $cells i32) (local $record v128) (local $at i32)
    (local.set $end (i32.add (local.get $index) (i32.shl (local.get $count) (i32.const 2))))
    (loop $rows
      (local.set $record (v128.load (local.get $ordered)))
      (local.set $cells (i32.load (i32.add (local.get $lines) (i32.mul (i32.load (local.get $index)) (local.get $stride)))))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.shl (local.get $cells) (i32.const 4)) (i32.const 0xff0))))
      (v128.store (local.get $at) (i64x2.add (v128.load (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.shr_u (local.get $cells) (i32.const 4)) (i32.const 0xff0))))
      (v128.store offset=4096 (local.get $at) (i64x2.add (v128.load offset=4096 (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.shr_u (local.get $cells) (i32.const 12)) (i32.const 0xff0))))
      (v128.store offset=8192 (local.get $at) (i64x2.add (v128.load offset=8192 (local.get $at)) (local.get $record)))
      (local.set $at (i32.add (local.get $histogram) (i32.and (i32.shr_u (local.get $cells) (i32.const 20)) (i32.const 0xff0))))
      (v128.store offset=12288 (local.get $at) (i64x2.add (v128.load offset=12288 (local.get $at)) (local.get $record)))
      (local.set $ordered (i32.add (local.get $ordered) (i32.const 16)))
      (local.set $index (i32.add (local.get $index) (i32.const 4)))
      (br_if $rows (i32.lt_u (local.get $index) (local.get $end)))))

  ;; Adds `cells` records to sums of three doubles and empties them: first * unit, low 48 bits of second * unit, high 16 bits of second.
  (func (export "drain") (param $histogram i32) (param $cells i32) (param $unit f64) (param $sums i32)
    (local $end i32) (local $second i64)
    (local.set $end (i32.add (local.get $histogram) (i32.shl (local.get $cells) (i32.const 4))))
    (loop $each
      (local.set $second (i64.load offset=8 (local.get $histogram)))
      (f64.store (local.get $sums)
        (f64.add (f64.load (local.get $sums)) (f64.mul (f64.convert_i64_s (i64.load (local.get $histogram))) (local.get $unit))))
      (f64.store offset=8 (local.get $sums)
        (f64.add (f64.load offset=8 (local.get $sums))
          (f64.mul (f64.convert_i64_s (i64.and (local.get $second) (i64.const 0xffffffffffff))) (local.get $unit))))
      (f64.store offset=16 (local.get $sums)
        (f64.add (f64.load offset=16 (local.get $sums)) (f64.convert_i32_u (i32.wrap_i64 (i64.shr_u (local.get $second) (i64.const 48))))))
      (v128.store (local.get $histogram) (v128.const i64x2 0 0))
      (local.set $sums (i32.add (local.get $sums) (i32.const 24)))
      (local.set $histogram (i32.add (local.get $histogram) (i32.const 16)))
      (br_if $each (i32.lt_u (local.get $histogram) (local.get $end)))))

  ;; The same for records of counts: first * unit is added to the third sum.
  (func (export "drainCounts") (param $histogram i32) (param $cells i32) (param $unit f64) (param $sums i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $histogram) (i32.shl (local.get $cells) (i32.const 4))))
    (loop $each
      (f64.store offset=16 (local.get $sums)
        (f64.add (f64.load offset=16 (local.get $sums)) (f64.mul (f64.convert_i64_s (i64.load (local.get $histogram))) (local.get $unit))))
      (v128.store (local.get $histogram) (v128.const i64x2 0 0))
      (local.set $sums (i32.add (local.get $sums) (i32.const 24)))
      (local.set $histogram (i32.add (local.get $histogram) (i32.const 16)))
      (br_if $each (i32.lt_u (local.get $histogram) (local.get $end)))))

  ;; Puts the rows whose (bin + shift) mod 256 is at most `last` first, the others after them, each in the order they had; gives the number of the first.
  (func (export "partition")
    (param $column i32) (param $index i32) (param $count i32) (param $shift i32) (param $last i32) (param $scratch i32) (result i32)
    (local $from i32) (local $end i32) (local $left i32) (local $right i32) (local $row i32) (local $isLeft i32)
    (local.set $from (local.get $index))
    (local.set $left (local.get $index))
    (local.set $right (local.get $scratch))
    (local.set $end (i32.add (local.get $index) (i32.shl (local.get $count) (i32.const 2))))
    (if (local.get $count) (then
      (loop $rows
        (local.set $row (i32.load (local.get $index)))
        (local.set $isLeft
          (i32.le_u
            (i32.and (i32.add (i32.load8_u (i32.add (local.get $column) (local.get $row))) (local.get $shift)) (i32.const 255))
            (local.get $last)))
        (i32.store (local.get $left) (local.get $row))
        (i32.store (local.get $right) (local.get $row))
        (local.set $left (i32.add (local.get $left) (i32.shl (local.get $isLeft) (i32.const 2))))
        (local.set $right (i32.add (local.get $right) (i32.shl (i32.eqz (local.get $isLeft)) (i32.const 2))))
        (local.set $index (i32.add (local.get $index) (i32.const 4)))
        (br_if $rows (i32.lt_u (local.get $index) (local.get $end))))))
    (memory.copy (local.get $left) (local.get $scratch) (i32.sub (local.get $right) (local.get $scratch)))
    (i32.shr_u (i32.sub (local.get $left) (local.get $from)) (i32.const 2)))

  ;; For each row in [from, until), two at a time (the last may be one too many): margin += value of its leaf, then gradient and Hessian of the log loss
  ;; there, rounded to parts of 2^-30, as a record that counts 1. exp(-|margin|) = 2^k * (its series at the rest), to 13 digits.
  (func (export "gradients")
    (param $from i32) (param $until i32) (param $margin i32) (param $leaf i32) (param $values i32) (param $label i32) (param $records i32)
    (local $at i32) (local $m v128) (local $k v128) (local $n v128) (local $r v128) (local $e v128) (local $p v128) (local $g v128) (local $h v128)
    (loop $rows
      (local.set $at (i32.add (local.get $leaf) (i32.shl (local.get $from) (i32.const 1))))
      (local.set $m (v128.load64_zero (i32.add (local.get $values) (i32.shl (i32.load16_u (local.get $at)) (i32.const 3)))))
      (local.set $m
        (v128.load64_lane 1 (i32.add (local.get $values) (i32.shl (i32.load16_u offset=2 (local.get $at)) (i32.const 3))) (local.get $m)))
      (local.set $at (i32.add (local.get $margin) (i32.shl (local.get $from) (i32.const 3))))
      (local.set $m (f64x2.add (v128.load (local.get $at)) (local.get $m)))
      (v128.store (local.get $at) (local.get $m))
      (local.set $r (f64x2.max (f64x2.neg (f64x2.abs (local.get $m))) (v128.const f64x2 -64 -64)))
      (local.set $k
        (f64x2.add
          (f64x2.mul (local.get $r) (v128.const f64x2 1.4426950408889634 1.4426950408889634))
          (v128.const f64x2 6755399441055744 6755399441055744)))
      (local.set $n (f64x2.sub (local.get $k) (v128.const f64x2 6755399441055744 6755399441055744)))
      (local.set $r
        (f64x2.sub
          (f64x2.sub (local.get $r) (f64x2.mul (local.get $n) (v128.const f64x2 0.6931471803691238 0.6931471803691238)))
          (f64x2.mul (local.get $n) (v128.const f64x2 1.9082149292705877e-10 1.9082149292705877e-10))))
      (local.set $e (v128.const f64x2 2.755731922398589e-07 2.755731922398589e-07))
      (local.set $e (f64x2.add (f64x2.mul (local.get $e) (local.get $r)) (v128.const f64x2 2.7557319223985893e-06 2.7557319223985893e-06)))
      (local.set $e (f64x2.add (f64x2.mul (local.get $e) (local.get $r)) (v128.const f64x2 2.48015873015873e-05 2.48015873015873e-05)))
      (local.set $e (f64x2.add (f64x2.mul (local.get $e) (local.get $r)) (v128.const f64x2 0.0001984126984126984 0.0001984126984126984)))
      (local.set $e (f64x2.add (f64x2.mul (local.get $e) (local.get $r)) (v128.const f64x2 0.001388888888888889 0.001388888888888889)))
      (local.set $e (f64x2.add (f64x2.mul (local.get $e) (local.get $r)) (v128.const f64x2 0.008333333333333333 0.008333333333333333)))
      (local.set $e (f64x2.add (f64x2.mul (local.get $e) (local.get $r)) (v128.const f64x2 0.041666666666666664 0.041666666666666664)))
      (local.set $e (f64x2.add (f64x2.mul (local.get $e) (local.get $r)) (v128.const f64x2 0.16666666666666666 0.16666666666666666)))
      (local.set $e (f64x2.add (f64x2.mul (local.get $e) (local.get $r)) (v128.const f64x2 0.5 0.5)))
      (local.set $e (f64x2.add (f64x2.mul (local.get $e) (local.get $r)) (v128.const f64x2 1.0 1.0)))
      (local.set $e (f64x2.add (f64x2.mul (local.get $e) (local.get $r)) (v128.const f64x2 1.0 1.0)))
      (local.set $e (i64x2.add (local.get $e) (i64x2.shl (local.get $k) (i32.const 52))))
      (local.set $p
        (f64x2.div
          (v128.bitselect (v128.const f64x2 1 1) (local.get $e) (f64x2.ge (local.get $m) (v128.const f64x2 0 0)))
          (f64x2.add (v128.const f64x2 1 1) (local.get $e))))
      (local.set $g
        (f64x2.convert_low_i32x4_u
          (i32x4.extend_low_i16x8_u
            (i16x8.extend_low_i8x16_u
              (v128.load16_lane 0 (i32.add (local.get $label) (local.get $from)) (v128.const i64x2 0 0))))))
      (local.set $g
        (i32x4.trunc_sat_f64x2_s_zero
          (f64x2.nearest (f64x2.mul (f64x2.sub (local.get $p) (local.get $g)) (v128.const f64x2 1073741824 1073741824)))))
      (local.set $h
        (i32x4.trunc_sat_f64x2_s_zero
          (f64x2.nearest
            (f64x2.mul
              (f64x2.mul (local.get $p) (f64x2.sub (v128.const f64x2 1 1) (local.get $p)))
              (v128.const f64x2 1073741824 1073741824)))))
      (local.set $g
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $g) (i32x4.shr_s (local.get $g) (i32.const 31))))
      (local.set $h
        (i8x16.shuffle 0 1 2 3 16 17 18 19 4 5 6 7 20 21 22 23 (local.get $h) (v128.const i32x4 0x10000 0x10000 0x10000 0x10000)))
      (local.set $at (i32.add (local.get $records) (i32.shl (local.get $from) (i32.const 4))))
      (v128.store (local.get $at) (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23 (local.get $g) (local.get $h)))
      (v128.store offset=16 (local.get $at) (i8x16.shuffle 8 9 10 11 12 13 14 15 24 25 26 27 28 29 30 31 (local.get $g) (local.get $h)))
      (local.set $from (i32.add (local.get $from) (i32.const 2)))
      (br_if $rows (i32.lt_u (local.get $from) (local.get $until)))))

  ;; Notes the leaf of `count` rows.
  (func (export "mark") (param $leaf i32) (param $index i32) (param $count i32) (param $number i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $index) (i32.shl (local.get $count) (i32.const 2))))
    (if (local.get $count) (then
      (loop $rows
        (i32.store16 (i32.add (local.get $leaf) (i32.shl (i32.load (local.get $index)) (i32.const 1))) (local.get $number))
        (local.set $index (i32.add (local.get $index) (i32.const 4)))
        (br_if $rows (i32.lt_u (local.get $index) (local.get $end)))))))
)

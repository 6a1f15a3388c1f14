use lib 't/lib';
use Test::WhatsAuth::Blocks 'no_plan';

run_tests();

__DATA__

=== TEST 1: verification_code - DELETE
--- request
DELETE /api/v1/verification_code
--- more_headers
Authorization: Bearer token-of-the-demo-app
--- error_code: 405
--- response_headers_like
Allow: .*\bGET\b.*
Content-Type: application/problem\+json
--- response_body_like eval
qr/^\{"title":"Method\ not\ allowed","status":405,"detail":"[^"]+",
"error":"method_not_allowed"\}\n?\z/x



=== TEST 2: verification_code - HEAD
--- request
HEAD /api/v1/verification_code
--- more_headers
Authorization: Bearer token-of-the-demo-app
--- error_code: 405
--- response_headers_like
Allow: .*\bGET\b.*
--- response_body:



=== TEST 3: verification_code - PUT with a body, and the connection goes on
--- pipelined_requests eval
[ "PUT /api/v1/verification_code\nhello", 'GET /api/v1/verification_code' ]
--- more_headers
Authorization: Bearer token-of-the-demo-app
--- error_code eval
[ 405, 200 ]



=== TEST 4: messages - DELETE
--- request
DELETE /api/v1/messages
--- error_code: 405
--- response_headers
Allow: GET, POST



=== TEST 5: messages - HEAD
--- request
HEAD /api/v1/messages
--- error_code: 405
--- response_headers
Allow: GET, POST
--- response_body:



=== TEST 6: whatsauth on - an unknown endpoint
--- request
GET /api/v1/nothing
--- error_code: 404
--- response_headers
Content-Type: application/problem+json
Cache-Control: no-store
--- response_body eval
'{"title":"Not found","status":404,"detail":"there is no such endpoint",'
. '"error":"not_found"}'



=== TEST 7: whatsauth on - the prefix itself
--- request
GET /api/v1/
--- error_code: 404



=== TEST 8: whatsauth on - an endpoint's name is the whole rest
--- request eval
[ map { "GET /api/v1/$_" } 'verification_code/', 'verification_codes',
  'verification_cod', 'VERIFICATION_CODE', 'x/verification_code' ]
--- more_headers
Authorization: Bearer token-of-the-demo-app
--- error_code eval
[ 404, 404, 404, 404, 404 ]



=== TEST 9: whatsauth on - a path that only nginx's normalizing makes ours
--- request eval
[ "GET /api/v1/x/../verification_code", "GET /api//v1/%76erification_code" ]
--- more_headers
Authorization: Bearer token-of-the-demo-app
--- error_code eval
[ 200, 200 ]



=== TEST 10: whatsauth on - OPTIONS is a method only where other origins may ask
--- request eval
[ map { "OPTIONS /api/v1/$_" } 'messages', 'verification/x', 'qr/x.png' ]
--- more_headers
Origin: https://a.test
--- error_code eval
[ 405, 405, 405 ]
--- response_headers eval
[ "Allow: GET, POST\nVary:", ("Allow: GET, HEAD\nVary:") x 2 ]



=== TEST 11: whatsauth on - a wrong method is told without a token
--- request eval
[ map { "DELETE /api/v1/$_" } 'verification_code', 'verification/x' ]
--- error_code eval
[ 405, 405 ]
--- response_headers eval
[ 'Allow: GET, POST, OPTIONS', 'Allow: GET, HEAD' ]



=== TEST 12: whatsauth on - methods that HTTP does not know
--- request eval
[ map { "BREW /api/v1/$_" } 'verification_code', 'messages', 'qr/x.png' ]
--- error_code eval
[ 405, 405, 405 ]



=== TEST 13: whatsauth messages - alone, the same methods
--- config
location = /hook { whatsauth messages; }
location = /code { whatsauth verification_code; }
--- request eval
[ 'DELETE /hook', 'DELETE /code', 'GET /hook', 'GET /code' ]
--- error_code eval
[ 405, 405, 403, 401 ]
--- response_headers eval
[ 'Allow: GET, POST', 'Allow: GET, POST, OPTIONS', 'Allow:', 'Allow:' ]

package Test::WhatsAuth::Browser;

=head1 NAME

Test::WhatsAuth::Browser - a browser at the login page, without JavaScript

=head1 SYNOPSIS

    my $browser = Test::WhatsAuth::Browser->new($nginx);

    $browser->get('/login/?return=/private/');
    $browser->post('start', return => '/login/');
    $nginx->message(text_message($browser->text));
    $browser->post('finish', return => '/private/');

=head1 METHODS

=over

=item new($nginx, %option)

Options: C<login>, the path of the login page (C</login/>), and C<headers>,
which go with each request.

=item get($path, \%headers), post($name, %fields)

One request with the browser's cookies; keeps those of the answer.  A C<post>
goes to a name below the login page, from a page of the same origin; fields
whose names begin with C<-> are headers, and C<undef> leaves one out.

=item log_in($number)

All steps of a login, with a message from that number.

=item state

The state that the last page is in.

=item text

What the last page asks the user to send.

=item cookies

Names and values, as a hash that can be changed.

=item set_cookies($answer)

The cookies that an answer sets, by name, as whole lines.

=back

=cut

use strict;
use warnings;

my %entity = (amp => '&', lt => '<', gt => '>', quot => '"', '#39' => "'");


sub new {
    my ($class, $nginx, %option) = @_;

    return bless {
        nginx => $nginx,
        login => '/login/',
        headers => {},
        cookies => {},
        %option,
    }, $class;
}


sub cookies {
    my ($self) = @_;

    return $self->{cookies};
}


sub get {
    my ($self, $path, $headers) = @_;

    return $self->send('GET', $path, { 'Sec-Fetch-Site' => 'none',
                                       %{ $headers // {} } });
}


sub post {
    my ($self, $name, %fields) = @_;

    my %headers = ('Sec-Fetch-Site' => 'same-origin',
                   'Content-Type' => 'application/x-www-form-urlencoded');

    for my $field (grep { /^-/ } keys %fields) {
        $headers{$field =~ s/^-//r} = delete $fields{$field};
    }

    my $body = join '&', map { "$_=" . escape($fields{$_}) }
                         grep { defined $fields{$_} } sort keys %fields;

    return $self->send('POST', "$self->{login}$name", \%headers, $body);
}


sub log_in {
    my ($self, $number) = @_;

    $self->post('start');
    $self->get($self->{login});
    $self->{nginx}->message(Test::WhatsAuth::text_message($self->text,
                                                          from => $number));
    return $self->post('finish');
}


sub send {
    my ($self, $method, $path, $headers, $body) = @_;

    my $cookies = join '; ', map { "$_=$self->{cookies}{$_}" }
                             sort keys %{ $self->{cookies} };

    my $answer = $self->{nginx}->request($method, $path,
        { %{ $self->{headers} }, $cookies ne '' ? (Cookie => $cookies) : (),
          %$headers }, $body);

    $self->keep($answer);
    $self->{page} = $answer->{body} if $method eq 'GET';
    return $answer;
}


sub set_cookies {
    my ($self, $answer) = @_;

    return map { /^([^=]+)=/ ? ($1 => $_) : () }
           split /, (?=[\w-]+=)/, $answer->{headers}{'set-cookie'} // '';
}


sub keep {
    my ($self, $answer) = @_;

    my %set = $self->set_cookies($answer);

    for my $name (keys %set) {
        my ($value) = $set{$name} =~ /=([^;]*)/;

        if ($set{$name} =~ /Max-Age=0\b/) {
            delete $self->{cookies}{$name};

        } else {
            $self->{cookies}{$name} = $value;
        }
    }
}


sub state {
    my ($self) = @_;

    my ($state) = $self->{page} =~ /\bdata-state="(\w+)"/;
    return $state // '';
}


# The text of the link, as a browser would send it.

sub text {
    my ($self) = @_;

    my ($text) = $self->{page} =~ m{https://wa\.me/[^?"]+\?text=([^"&]+)}
        or return '';

    return $text =~ s/&(#?\w+);/$entity{$1} \/\/ ''/ger
                 =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ger;
}


sub escape {
    my ($text) = @_;

    return $text =~ s/([^A-Za-z0-9_.-])/sprintf '%%%02X', ord $1/ger;
}


1;
